/** A query that no answer exists for, such as a cursor of another list. Its message is meant for the client. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
}

/** A cursor that this list did not give out. */
export function foreignCursor(): InvalidQuery {
  return new InvalidQuery('The cursor does not belong to this list. Start again without a cursor.');
}
