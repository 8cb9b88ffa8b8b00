import type { FastifyRequest } from 'fastify';
import { type AccessToken, type Permission, allows, findToken } from './access-token.ts';
import { AccessError } from './access-error.ts';
import { type CredentialHeaders, hasCredentials, presentedSecret } from './credentials.ts';
import type { FailedTokenLimit } from './failed-token-limit.ts';

/** The tokens and limits that a request is checked against, over HTTP and gRPC alike. */
export interface TokenCheck {
  readonly tokens: readonly AccessToken[];
  readonly failedTokens: FailedTokenLimit;
}

/** The token in the headers of a request. Counts a wrong one and throws {@link AccessError}. */
export function presentedToken(
  headers: CredentialHeaders,
  address: string,
  check: TokenCheck,
): Promise<AccessToken> {
  const secret = presentedSecret(headers);
  const message = 'a token is needed: Authorization: Bearer TOKEN';
  return testToken(secret, address, check, { message, isGood: () => true });
}

/**
 * Tests a secret, within the rate limit of {@link FailedTokenLimit}. Throws {@link AccessError}, with `message` if no
 * valid token has the secret.
 */
export async function testToken(
  secret: string | undefined,
  address: string,
  { tokens, failedTokens }: TokenCheck,
  { message, isGood }: { readonly message: string; readonly isGood: (token: AccessToken) => boolean },
): Promise<AccessToken> {
  const found = secret === undefined ? undefined : findToken(tokens, secret);
  const token = found !== undefined && isGood(found) ? found : undefined;
  if (!(await failedTokens.mayTest(address, token?.sha256, performance.now()))) {
    throw new AccessError(429, 'too many tokens from this address: try again in 1 s', 1000);
  }
  if (token === undefined) {
    throw wrongToken(address, failedTokens, message);
  }
  failedTokens.passed(address, token.sha256);
  return token;
}

/** The error for a wrong token from this address. */
function wrongToken(address: string, failedTokens: FailedTokenLimit, message: string): AccessError {
  const waitMs = failedTokens.failed(address, performance.now());
  return waitMs === 0
    ? new AccessError(401, message)
    : new AccessError(429, `too many wrong tokens: try again in ${Math.ceil(waitMs / 1000)} s`, waitMs);
}

/** Returns the token if it exists and has the needed permission; otherwise throws. */
export function checkPermission(token: AccessToken | undefined, needed: Permission): AccessToken {
  if (token === undefined) {
    throw new AccessError(401, 'a token is needed: Authorization: Bearer TOKEN');
  }
  if (!allows(token.permission, needed)) {
    throw new AccessError(403, `this token does not allow this: it needs the permission ${needed}`);
  }
  return token;
}

/** The sender of spans: their project, and whether their users are only claimed. */
export interface Sender {
  readonly project: string;
  readonly claimed: boolean;
  /** Identifies the token in the byte budget; `undefined` without tokens. */
  readonly token: AccessToken | undefined;
}

/** Determines the sender by headers, for OTLP/gRPC. Throws {@link AccessError}. */
export async function admitSender(
  headers: CredentialHeaders,
  address: string,
  check: TokenCheck,
): Promise<Sender> {
  if (check.tokens.length === 0) {
    return { project: 'default', claimed: false, token: undefined };
  }
  const presented = hasCredentials(headers) ? await presentedToken(headers, address, check) : undefined;
  const token = checkPermission(presented, 'ingest');
  return { project: token.project, claimed: token.isBrowserKey, token };
}

/** Checks the token in the body of a request and sets it on the request. Throws {@link AccessError}. */
export async function admitBodyKey(
  request: FastifyRequest,
  key: string | undefined,
  check: TokenCheck,
): Promise<void> {
  if (check.tokens.length === 0 || request.token !== undefined) {
    return;
  }
  const message = 'api_key must be a token of this collector';
  const token = await testToken(key, request.ip, check, { message, isGood: () => true });
  admitToken(request, checkPermission(token, 'ingest'));
}

/**
 * Tests one of several keys in an authorized request: without a delay, and not at all if the address is over its limit.
 */
export function testInnerKey(
  key: string,
  address: string,
  { tokens, failedTokens }: TokenCheck,
): AccessToken | undefined {
  const token = findToken(tokens, key);
  const nowMs = performance.now();
  if (token !== undefined && failedTokens.isFree(address, token.sha256, nowMs)) {
    failedTokens.passed(address, token.sha256);
    return token;
  }
  failedTokens.failed(address, nowMs);
  return undefined;
}

/** Sets the token of a request. */
export function admitToken(request: FastifyRequest, token: AccessToken): void {
  request.project = token.project;
  request.token = token;
  request.claimed ||= token.isBrowserKey;
}
