/** Marks a chunk that the caller must not get. */
export const HIDDEN: unique symbol = Symbol('hidden');
