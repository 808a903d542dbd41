/** A handler's answer with another status than the operation's usual one. */
export class Reply<Answer> {
  readonly status: 200 | 201;
  readonly answer: Answer;

  constructor(status: 200 | 201, answer: Answer) {
    this.status = status;
    this.answer = answer;
  }
}
