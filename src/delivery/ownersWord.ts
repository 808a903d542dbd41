/** Whether a runner knows all that its owner changed: until then it starts nothing, so that a pause holds at once. */
export class OwnersWord {
  #told = 0;
  #heard = 0;

  /** How often the owner changed the endpoint. What the database is asked for from here on holds all of it. */
  get told(): number {
    return this.#told;
  }

  get isHeard(): boolean {
    return this.#heard === this.#told;
  }

  /** The owner changed the endpoint; what, the database knows. */
  tell(): void {
    this.#told += 1;
  }

  /** @param told what it was when the database was asked: what came meanwhile may be missing in its answer. */
  hear(told: number): void {
    this.#heard = told;
  }
}
