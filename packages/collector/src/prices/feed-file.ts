/**
 * The last accepted price feed, stored in the data folder, so that it is available after restarts and while its source
 * is unavailable.
 *
 * `prices/feed.txt`: one line of JSON about the feed (`{"version":1,"source":…,"sha256":…,"acceptedAt":…,"crc32":…}`), then the feed
 * as `serializeFeed` of `@userspan/pricing/feed` writes it. The file is replaced as a whole; a crash leaves the old one or
 * the new one. A file of a newer version is refused.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

import { parseFeed, serializeFeed } from '@userspan/pricing/feed';
import type { PriceFeed } from '@userspan/pricing/feed';

import { replaceFile } from '../runtime/replace-file.ts';
import { FeedSourceError } from './read-feed-text.ts';

const VERSION = 1;

/** A feed that was accepted. */
export interface AcceptedFeed {
  /** Its source, without credentials. */
  readonly source: string;
  /** SHA-256 of the text that was read, in hexadecimal. */
  readonly sha256: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
  /** The first day of its prices that was asked for, `YYYY-MM-DD`. */
  readonly since?: string | undefined;
  readonly feed: PriceFeed;
}

interface Head extends Omit<AcceptedFeed, 'feed'> {
  readonly version: number;
  /** Checksum of everything after the first line. Absent in files of the first versions. */
  readonly crc32?: number;
}

/**
 * Reads the last accepted feed; `undefined` if none was ever accepted. Throws if the file is missing, damaged or from a
 * newer version.
 */
export async function readFeedFile(dataDirectory: string): Promise<AcceptedFeed | undefined> {
  const path = pathIn(dataDirectory);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      await checkNeverAccepted(path);
      return undefined;
    }
    throw error;
  }
  const end = text.indexOf('\n');
  const {
    version,
    source,
    sha256,
    acceptedAt,
    since,
    crc32: checksum,
  } = headOf(text.slice(0, Math.max(end, 0)), path);
  if (version > VERSION) {
    throw new FeedSourceError(`${path} is of version ${version}; this collector reads version ${VERSION}`);
  }
  const body = text.slice(end + 1);
  if (checksum !== undefined && checksum !== crc32(body)) {
    throw new FeedSourceError(
      `${path} is damaged: its prices do not match their checksum. Remove it, and run "userspan prices update" or start with --price-feed.`,
    );
  }
  const feed = parseFeed(body, { day: acceptedAt.slice(0, 10), maxBytes: Infinity });
  return { source, sha256, acceptedAt, since, feed };
}

/** Replaces the last accepted feed. */
export async function writeFeedFile(dataDirectory: string, accepted: AcceptedFeed): Promise<void> {
  const { feed, ...rest } = accepted;
  const body = serializeFeed(feed);
  const head: Head = { version: VERSION, ...rest, crc32: crc32(body) };
  await mkdir(join(dataDirectory, 'prices'), { recursive: true, mode: 0o700 });
  await replaceFile(pathIn(dataDirectory), `${JSON.stringify(head)}\n${body}`);
}

/**
 * A string that changes when the file is replaced; `undefined` if it does not exist. Not only the modification time,
 * which may be equal for two files.
 */
export async function feedFileMark(dataDirectory: string): Promise<string | undefined> {
  const file = await stat(pathIn(dataDirectory)).catch(() => undefined);
  return file === undefined ? undefined : `${file.mtimeMs} ${file.size} ${file.ino}`;
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'prices', 'feed.txt');
}

/** Throws if the folder exists without the file, because the folder is created together with the first accepted feed. */
async function checkNeverAccepted(path: string): Promise<void> {
  const folder = dirname(path);
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  throw new FeedSourceError(
    `${path} is missing: models that only its feed has a price for are unpriced. Run "userspan prices update" or start ` +
      `with --price-feed; to go on without a feed, remove the folder ${folder}.`,
  );
}

function headOf(line: string, path: string): Head {
  try {
    const head = JSON.parse(line) as Partial<Head>;
    const { version, source, sha256, acceptedAt } = head;
    if (
      typeof version === 'number' &&
      [source, sha256, acceptedAt].every((part) => typeof part === 'string')
    ) {
      return head as Head;
    }
  } catch {
    // Reported below, like a header without its fields.
  }
  throw new FeedSourceError(`${path} is damaged: its first line does not describe a feed. Remove the file.`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
