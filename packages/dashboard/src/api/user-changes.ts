import type { Answer } from './answer.ts';
import { apiPath, sendJson } from './request.ts';

/** Proof of an erasure: what was removed, and the user as a hash only. */
export type ErasureReceipt = Answer<'eraseUser'>;

export function eraseUser(id: string): Promise<ErasureReceipt> {
  return sendJson('DELETE', apiPath(['users', id]));
}

/** From now on, and for the past too, what `id` cost counts for `userId`. */
export function aliasUser(id: string, userId: string): Promise<unknown> {
  return sendJson('POST', apiPath(['users', id, 'alias']), { userId });
}

export function unaliasUser(id: string): Promise<unknown> {
  return sendJson('POST', apiPath(['users', id, 'unalias']), {});
}

export function addSample(): Promise<unknown> {
  return sendJson('POST', apiPath(['sample']), {});
}

export function removeSample(): Promise<unknown> {
  return sendJson('DELETE', apiPath(['sample']));
}
