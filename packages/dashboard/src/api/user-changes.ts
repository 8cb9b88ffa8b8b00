import type { Answer } from './answer.ts';
import { apiPath, sendJson } from './request.ts';

/** Proof of an erasure: what was removed, with only a hash of the user id. */
export type ErasureReceipt = Answer<'eraseUser'>;

export function eraseUser(id: string): Promise<ErasureReceipt> {
  return sendJson('DELETE', apiPath(['users', id]));
}

/** Counts all past and future cost of `id` for `userId`. */
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
