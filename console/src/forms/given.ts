/**
 * The body of a form, as its call takes it. The form was made from the operation that the call is made from, and the
 * service looks at it again: a second reading here would be a second list of fields.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the call says which
export const given = <T>(body: Record<string, unknown>): T => body as T;
