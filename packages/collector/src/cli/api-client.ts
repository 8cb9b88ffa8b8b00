import { readEnvironment } from '../config/environment.ts';
import { OptionsError } from '../config/options.ts';
import { secretOf } from '../security/access-token.ts';
import { type FlagOptions, type Flags, textFlag } from './parse-flags.ts';

/** Flags of every command that talks to a running collector. */
export const CLIENT_FLAGS: FlagOptions = {
  url: { type: 'string' },
  token: { type: 'string' },
};

/** Client of a running collector. */
export interface ApiClient {
  readonly url: string;
  readonly token: string | undefined;
  /** Sends a request. If it resolves, the collector is reachable, but the answer may be an error. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** An error of the API, as a message for the terminal. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/**
 * Creates a client from `--url` and `--token`, or `USERSPAN_URL` and `USERSPAN_TOKEN`. Default: the collector on this
 * machine.
 */
export function apiClient(flags: Flags): ApiClient {
  const environment = readEnvironment();
  const url = textFlag(flags, 'url') ?? environment['USERSPAN_URL'] ?? 'http://127.0.0.1:4318';
  if (!isBaseUrl(url)) {
    throw new OptionsError(
      `--url must be the base URL of a collector such as http://127.0.0.1:4318; got ${JSON.stringify(withoutPassword(url))}.`,
    );
  }
  // The same variable configures the collector itself, where each of several tokens may be written with its permission.
  const spec = textFlag(flags, 'token') ?? environment['USERSPAN_TOKEN']?.split(',', 1)[0];
  const token = spec === undefined ? undefined : secretOf(spec);
  if (token !== undefined && !/^[!-~]+$/.test(token)) {
    throw new OptionsError('--token must be the secret of a token: visible ASCII characters without spaces.');
  }
  const base = url.replace(/\/+$/, '');
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    url: base,
    token,
    request: async (path, init = {}) => {
      try {
        return await fetch(`${base}${path}`, {
          ...init,
          headers: { ...authorization, ...(init.headers as Record<string, string> | undefined) },
        });
      } catch (error) {
        throw new ApiError(
          0,
          `no collector answers at ${base} (${causeOf(error)}): start one with "userspan", or set its address with --url`,
        );
      }
    },
  };
}

/** A scheme is easily left out: `localhost:4318` is a URL of the scheme `localhost`. Credentials go into `--token`. */
function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@');
}

/** The JSON of a successful answer. */
export async function jsonOf<T>(response: Response): Promise<T> {
  const text = await (await succeeded(response)).text();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(
      response.status,
      `what answers at ${new URL(response.url).origin} is no collector: its answer is not JSON. Set the address of a collector with --url`,
    );
  }
}

/** Returns a successful answer; otherwise throws {@link ApiError} with the collector's message. */
export async function succeeded(response: Response): Promise<Response> {
  if (response.ok) {
    return response;
  }
  const text = await response.text();
  throw new ApiError(response.status, `${response.status} ${detailOf(text)}`);
}

function detailOf(text: string): string {
  try {
    const body = JSON.parse(text) as { detail?: string; message?: string };
    return body.detail ?? body.message ?? '';
  } catch {
    return text.slice(0, 200);
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return String(error);
  return 'code' in cause ? String(cause.code) : cause.message;
}

/**
 * The path of a user in the API, or of one of its lists such as `export`. URL parsers resolve `.` and `..` even if they
 * are escaped, so such an id is in the query.
 */
export function userPath(userId: string, list?: string): string {
  const isDots = userId === '.' || userId === '..';
  const end = list === undefined ? '' : `/${list}`;
  return `/api/users/${isDots ? '~' : encodeURIComponent(userId)}${end}${isDots ? `?id=${userId}` : ''}`;
}
