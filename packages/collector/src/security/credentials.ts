/** Headers that may contain a token, as OpenTelemetry's and other vendors' clients send them. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  /** LangSmith's clients, and many gateways. */
  readonly 'x-api-key'?: string | string[] | undefined;
}

const BEARER = /^Bearer +(\S+) *$/i;
const BASIC = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;
/** Logfire and Opik send the token without a scheme. */
const RAW = /^\S+$/;

/** Whether a request has a token in any form. */
export function hasCredentials({ authorization, 'x-api-key': apiKey }: CredentialHeaders): boolean {
  return authorization !== undefined || apiKey !== undefined;
}

/**
 * The secret that a client sends: `Authorization: Bearer SECRET`, `Basic` with the secret as the password (its user
 * name is a public key, as Langfuse's), the secret alone, or `x-api-key: SECRET`.
 *
 * @returns `undefined` if the headers contain no readable token. `Authorization` takes precedence over `x-api-key`.
 */
export function presentedSecret({
  authorization,
  'x-api-key': apiKey,
}: CredentialHeaders): string | undefined {
  if (authorization === undefined) {
    return typeof apiKey === 'string' ? RAW.exec(apiKey.trim())?.[0] : undefined;
  }
  const basic = BASIC.exec(authorization)?.[1];
  if (basic !== undefined) {
    const [, secret] = /^[^:]*:(.+)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
    return secret;
  }
  return BEARER.exec(authorization)?.[1] ?? RAW.exec(authorization.trim())?.[0];
}
