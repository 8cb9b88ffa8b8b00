import { AsyncLocalStorage } from 'node:async_hooks';

/** Whether somebody still waits for an answer. */
export type IsWanted = () => boolean;

const current = new AsyncLocalStorage<IsWanted>();

/** The error of work that did not begin, because nobody waits for its answer. */
export class Unwanted extends Error {
  override readonly name = 'Unwanted';

  constructor() {
    super('Nobody waits for this answer: the client closed the connection.');
  }
}

/** Runs `work`, and everything that it starts, for a client that may leave before its answer is complete. */
export function forClient<T>(isWanted: IsWanted, work: () => T): T {
  return current.run(isWanted, work);
}

/** Whether the client of the current work still waits. Outside of {@link forClient}: always. */
export function wantedNow(): IsWanted {
  return current.getStore() ?? always;
}

function always(): boolean {
  return true;
}
