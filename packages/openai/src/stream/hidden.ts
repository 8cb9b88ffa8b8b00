/** In place of a chunk that the caller did not ask for. */
export const HIDDEN: unique symbol = Symbol('hidden');
