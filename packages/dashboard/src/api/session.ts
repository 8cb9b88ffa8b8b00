import { queryOptions, useQuery } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** Whether the collector requires a token, and the permissions of the session. */
export interface Session {
  /** False on a collector that requires no token. */
  readonly required: boolean;
  readonly signedIn: boolean;
  readonly project?: string;
  readonly permission?: string;
  /** All projects of the session; empty on a collector without tokens. */
  readonly projects: readonly ProjectAccess[];
}

/** A project with the permission of the session, `read` or `admin`. */
export interface ProjectAccess {
  readonly project: string;
  readonly permission: string;
}

export function sessionQuery() {
  return queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => getJson<Session>(apiPath(['session']), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/**
 * Signs in with a token and receives a session cookie. The token is in the body, because URLs are written to logs and
 * histories.
 */
export function signIn(token: string): Promise<unknown> {
  return sendJson('POST', apiPath(['session']), { token });
}

export function signOut(): Promise<unknown> {
  return sendJson('DELETE', apiPath(['session']));
}

/** Whether the session may make changes. Without tokens everybody may. */
export function useIsAdmin(): boolean {
  const { data } = useQuery(sessionQuery());
  return data !== undefined && (!data.required || data.permission === 'admin');
}
