import 'fastify';

/** What a token may do. `admin` may do everything, `read` reads the API, `ingest` only sends. */
export type Scope = 'ingest' | 'read' | 'admin';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant of the token that came with the request; `default` without tokens. */
    project: string;
    /** True where the request came with a browser's write-only key: what it says of users is not proven. */
    claimed: boolean;
  }
  interface FastifyContextConfig {
    /** What a token needs for this route. Without one, routes below `/api` need `admin` and others nothing. */
    scope?: Scope | 'open';
  }
}
