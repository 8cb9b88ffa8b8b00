import 'fastify';
import type { AccessToken } from './access-token.ts';

/** What a token may do. `admin` may do everything, `read` reads the API, `ingest` only sends, `lunary` only as Lunary's clients do. */
export type Scope = 'ingest' | 'lunary' | 'read' | 'admin';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant of the token that came with the request; `default` without tokens. */
    project: string;
    /** True where the request came from a web page: the users that it names are not verified. */
    claimed: boolean;
    /** The token that came with the request, where the route needs one. */
    token: AccessToken | undefined;
    /**
     * Calls back when the session of the request's cookie is over, and returns a function that stops that. Absent where a
     * token came with the request itself.
     */
    onSessionEnd: ((end: () => void) => () => void) | undefined;
  }
  interface FastifyContextConfig {
    /** What a token needs for this route. Without one, routes below `/api` need `admin` and others nothing. */
    scope?: Scope | 'open';
    /**
     * The token may stand in the body, as PostHog's clients send it. A request without credentials in its headers gets to
     * the route unchecked, and the route calls `admitBodyKey` before it uses anything.
     */
    mayHaveKeyInBody?: boolean;
    /** The project may stand in the query: the event stream of a page cannot send a header. */
    takesProjectInQuery?: boolean;
  }
}
