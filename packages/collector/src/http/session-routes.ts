import type { FastifyInstance } from 'fastify';
import { lazyValidators } from '../api/request/lazy-validators.ts';
import { allows } from '../security/access-token.ts';
import { testToken, type TokenCheck } from '../security/sender.ts';
import {
  chooseToken,
  requestedProject,
  sessionTokens,
  sessionValues,
  withToken,
} from '../security/session-tokens.ts';
import { SESSION_COOKIE, SESSION_SECONDS, type Sessions } from '../security/sessions.ts';

export interface SessionRoutesOptions extends TokenCheck {
  readonly sessions: Sessions;
  readonly isTls: boolean;
}

const BODY = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 520 } },
} as const;

/**
 * Signing in to the dashboard: `GET /api/session` tells whether signing in is needed and which projects the session can
 * access; `POST` exchanges a token for a cookie that scripts cannot read, and adds it to the session's tokens; `DELETE`
 * ends the session.
 */
export async function sessionRoutes(
  app: FastifyInstance,
  { tokens, failedTokens, sessions, isTls }: SessionRoutesOptions,
): Promise<void> {
  app.setValidatorCompiler(lazyValidators());
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

  app.get('/api/session', { config: { permission: 'open' } }, (request) => {
    const held = sessionTokens(request, sessions, tokens, Date.now());
    const token = chooseToken(held, requestedProject(request))?.token;
    return {
      required: tokens.length > 0,
      signedIn: tokens.length === 0 || token !== undefined,
      ...(token === undefined ? undefined : { project: token.project, permission: token.permission }),
      projects: held.map(({ token: { project, permission } }) => ({ project, permission })),
    };
  });

  app.post<{ Body: { token: string } }>(
    '/api/session',
    { config: { permission: 'open' }, schema: { body: BODY }, bodyLimit: 4096 },
    async (request, reply) => {
      const token = await testToken(
        request.body.token,
        request.ip,
        { tokens, failedTokens },
        {
          message: 'this is not a token that may read',
          isGood: ({ permission }) => allows(permission, 'read'),
        },
      );
      const value = await sessions.seal(token, Date.now());
      const held = sessionTokens(request, sessions, tokens, Date.now());
      const { cookie: all, replaced } = withToken(held, { value, token });
      await sessions.revoke(
        replaced.map((old) => old.value),
        Date.now(),
      );
      // `protocol` is that of the browser, even behind a trusted proxy that terminates TLS.
      const secure = isTls || request.protocol === 'https';
      return reply
        .setCookie(SESSION_COOKIE, all, { ...cookie, secure, maxAge: SESSION_SECONDS })
        .code(204)
        .send();
    },
  );

  app.delete('/api/session', { config: { permission: 'open' } }, async (request, reply) => {
    const nowMs = Date.now();
    const isGood = (value: string): boolean => sessions.open(value, tokens, nowMs) !== undefined;
    await sessions.revoke(sessionValues(request).filter(isGood), nowMs);
    const secure = isTls || request.protocol === 'https';
    return reply
      .clearCookie(SESSION_COOKIE, { ...cookie, secure })
      .code(204)
      .send();
  });
}
