import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { MAX_FEED_BYTES } from '@userspan/pricing/feed';

import { PrivateAddressError } from '../alerts/delivery/address-guard.ts';
import { post } from '../alerts/delivery/post.ts';
import type { PostAnswer } from '../alerts/delivery/post.ts';

/** A price feed that could not be read. The message names the source and the reason, never credentials. */
export class FeedSourceError extends Error {
  override readonly name = 'FeedSourceError';
}

export interface ReadFeedOptions {
  /** Time limit for the whole download, including redirects. Default 60 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether a source is a URL of HTTP; everything else is a path or a `file:` URL. */
export function isHttpSource(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** A source without credentials and query, for logs and answers. */
export function shownSource(source: string): string {
  if (!isHttpSource(source) || !URL.canParse(source)) {
    return source;
  }
  const { origin, pathname } = new URL(source);
  return `${origin}${pathname}`;
}

/**
 * Reads the text of a price feed from a file or a URL, at most {@link MAX_FEED_BYTES}.
 *
 * The configured address may be private, such as a mirror. A redirect to another host must lead to a public address,
 * and never from HTTPS to HTTP. Throws a {@link FeedSourceError}.
 */
export async function readFeedText(source: string, options: ReadFeedOptions = {}): Promise<string> {
  if (isHttpSource(source)) {
    return download(new URL(source), options.timeoutMs ?? TIMEOUT_MS);
  }
  try {
    const path = source.startsWith('file:') ? fileURLToPath(source) : source;
    const { size } = await stat(path);
    return size > MAX_FEED_BYTES ? tooLarge(source) : await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof FeedSourceError ? error : unreadable(source, error);
  }
}

async function download(first: URL, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let url = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await get(url, first, Math.max(1, deadline - performance.now()));
    if (!REDIRECTS.has(answer.status)) {
      return textOf(answer, url);
    }
    url = redirectOf(answer, url);
  }
  throw new FeedSourceError(`${shownSource(first.href)} redirects more than ${MAX_REDIRECTS} times`);
}

async function get(url: URL, first: URL, timeoutMs: number): Promise<PostAnswer> {
  const { username, password } = url;
  const target = new URL(url);
  target.username = '';
  target.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const request = {
    url: target.href,
    method: 'GET' as const,
    headers: username === '' ? {} : { authorization: `Basic ${credentials.toString('base64')}` },
    body: '',
  };
  try {
    const allowsPrivate = url.hostname === first.hostname;
    return await post(request, { allowsPrivate, timeoutMs, maxAnswerBytes: MAX_FEED_BYTES + 1 });
  } catch (error) {
    if (error instanceof PrivateAddressError) {
      const message = `${shownSource(first.href)} redirects to ${url.host}, which is a private, loopback or reserved address: if this is intended, use that address directly`;
      throw new FeedSourceError(message, { cause: error });
    }
    throw unreadable(url.href, error);
  }
}

function redirectOf({ headers, status }: PostAnswer, from: URL): URL {
  const { location } = headers;
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) {
    throw new FeedSourceError(`${shownSource(from.href)} answered ${status} without a Location header`);
  }
  const to = new URL(location, from);
  const isWeaker = from.protocol === 'https:' && to.protocol !== 'https:';
  if (isWeaker || !/^https?:$/.test(to.protocol)) {
    throw new FeedSourceError(
      `${shownSource(from.href)} redirects to ${to.protocol}//, which is not followed`,
    );
  }
  return to;
}

function textOf({ status, headers, body }: PostAnswer, url: URL): string {
  if (status !== 200) {
    throw new FeedSourceError(`${shownSource(url.href)} answered ${status} instead of 200`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new FeedSourceError(
      `${shownSource(url.href)} answered in ${String(encoding)}, which was not asked for`,
    );
  }
  const length = Number(headers['content-length'] ?? 0);
  return Math.max(length, body.length) > MAX_FEED_BYTES ? tooLarge(url.href) : body;
}

function tooLarge(source: string): never {
  const message = `${shownSource(source)} has more than ${MAX_FEED_BYTES / 2 ** 20} MiB, the most that is read of a price feed`;
  throw new FeedSourceError(message);
}

function unreadable(source: string, error: unknown): FeedSourceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new FeedSourceError(`${shownSource(source)} cannot be read: ${reason}`, { cause: error });
}
