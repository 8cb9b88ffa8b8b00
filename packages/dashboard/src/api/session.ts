import { queryOptions, useQuery } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** Whether the collector wants a token, and who the page is for it. */
export interface Session {
  /** False on a collector that needs no token. */
  readonly required: boolean;
  readonly signedIn: boolean;
  readonly project?: string;
  readonly scope?: string;
  /** Every project of the session; none on a collector without tokens. */
  readonly projects: readonly ProjectAccess[];
}

/** A project, and what the session may do in it: `read` or `admin`. */
export interface ProjectAccess {
  readonly project: string;
  readonly scope: string;
}

export function sessionQuery() {
  return queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => getJson<Session>(apiPath(['session']), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Trades a token for a session cookie. The token goes in the body: URLs end up in logs and histories. */
export function signIn(token: string): Promise<unknown> {
  return sendJson('POST', apiPath(['session']), { token });
}

export function signOut(): Promise<unknown> {
  return sendJson('DELETE', apiPath(['session']));
}

/** Whether the token of this page may change anything. A collector without tokens lets everybody. */
export function useIsAdmin(): boolean {
  const { data } = useQuery(sessionQuery());
  return data !== undefined && (!data.required || data.scope === 'admin');
}
