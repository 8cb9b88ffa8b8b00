/** Thrown for an invalid query, such as one with a cursor of another list. Its message is shown to the client. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
}

/** The error for a cursor of another list. */
export function foreignCursor(): InvalidQuery {
  return new InvalidQuery('The cursor does not belong to this list. Start again without a cursor.');
}
