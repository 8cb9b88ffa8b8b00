import { setTimeout as sleep } from 'node:timers/promises';

import { feedFileMark, readFeedFile } from './feed-file.ts';
import type { AcceptedFeed } from './feed-file.ts';
import { shownSource } from './read-feed-text.ts';
import { updateFeed } from './update-feed.ts';

/** The part of a logger that is used here. */
export interface FeedLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface FeedWatchOptions {
  readonly dataDirectory: string;
  /** `--price-feed`: a path or a URL. Without one, only what `userspan prices update` leaves in the data folder is used. */
  readonly source: string | undefined;
  /** `--price-feed-since`: the first day of its prices, `YYYY-MM-DD`. */
  readonly since?: string | undefined;
  readonly logger: FeedLogger;
  /** Called with every new feed; awaited before the source is read again. */
  readonly onFeed: (accepted: AcceptedFeed) => Promise<void>;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  /** Time between two reads of the source. Default a day; a quarter of an hour after a failure. */
  readonly everyMs?: number;
}

/** The state of the price feed, for the API. */
export interface FeedState {
  /** What `--price-feed` names, without credentials. */
  readonly source: string | undefined;
  readonly accepted: AcceptedFeed | undefined;
  /** When the source was last read, ISO 8601. */
  readonly lookedAt: string | undefined;
  /** Why the last read gave no prices. */
  readonly error: string | undefined;
}

const DAY_MS = 86_400_000;
const RETRY_MS = 15 * 60_000;
const FILE_CHECK_MS = 2_000;

/**
 * Keeps the price feed up to date: reads its source at the start and daily, and checks the data folder for feeds of
 * `userspan prices update`.
 */
export class FeedWatch {
  readonly #options: FeedWatchOptions;
  readonly #stop = new AbortController();
  #accepted: AcceptedFeed | undefined;
  #fileMark: string | undefined = 'not read yet';
  #readAtMs: number | undefined;
  #error: string | undefined;
  #fileError: string | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: FeedWatchOptions) {
    this.#options = options;
  }

  get state(): FeedState {
    const { source } = this.#options;
    return {
      source: source === undefined ? undefined : shownSource(source),
      accepted: this.#accepted,
      lookedAt: this.#readAtMs === undefined ? undefined : new Date(this.#readAtMs).toISOString(),
      error: this.#error,
    };
  }

  /** Whether the last good feed can be read from the data folder, for `/healthz`. */
  get health(): { readonly state: 'ok' | 'damaged'; readonly message?: string } {
    return this.#fileError === undefined ? { state: 'ok' } : { state: 'damaged', message: this.#fileError };
  }

  /** Loads the last accepted feed from the data folder, if there is one. */
  async open(): Promise<void> {
    await this.#readFile();
  }

  /** Starts to read the source and the data folder. */
  start(): void {
    const { source, everyMs = DAY_MS } = this.#options;
    this.#running = Promise.all([
      source === undefined
        ? undefined
        : this.#repeat(0, async () =>
            (await this.#readSource(source)) ? everyMs : Math.min(everyMs, RETRY_MS),
          ),
      this.#repeat(FILE_CHECK_MS, async () => {
        if ((await feedFileMark(this.#options.dataDirectory)) !== this.#fileMark) {
          await this.#readFile();
        }
        return FILE_CHECK_MS;
      }),
    ]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Reads the source. Returns whether its prices were accepted. */
  async #readSource(source: string): Promise<boolean> {
    const { dataDirectory, since, logger, clock = Date.now } = this.#options;
    this.#readAtMs = clock();
    try {
      const { accepted, changes, isNew } = await updateFeed({
        dataDirectory,
        source,
        since,
        nowMs: this.#readAtMs,
      });
      this.#error = undefined;
      if (isNew) {
        const { source: shown, sha256, feed } = accepted;
        const counts = { models: feed.rows.length, changes: changes.length };
        logger.info({ source: shown, sha256, day: feed.day, format: feed.format, ...counts }, 'new prices');
        await this.#readFile();
      }
      return true;
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
      const inUse = this.#accepted?.sha256;
      logger.warn(
        { source: shownSource(source), reason: this.#error, ...(inUse === undefined ? {} : { inUse }) },
        inUse === undefined
          ? 'the price feed was rejected; the price list stays in use'
          : 'the price feed was rejected; the last valid one stays in use',
      );
      return false;
    }
  }

  async #readFile(): Promise<void> {
    const { dataDirectory, logger, onFeed } = this.#options;
    const mark = await feedFileMark(dataDirectory);
    if (mark === this.#fileMark) {
      return;
    }
    this.#fileMark = mark;
    try {
      const accepted = await readFeedFile(dataDirectory);
      this.#fileError = undefined;
      const known = this.#accepted;
      if (
        accepted === undefined ||
        (accepted.sha256 === known?.sha256 && accepted.acceptedAt === known.acceptedAt)
      ) {
        return;
      }
      this.#accepted = accepted;
      await onFeed(accepted);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#fileError = reason;
      logger.warn({ reason }, 'the last valid price feed cannot be read');
    }
  }

  async #repeat(firstMs: number, work: () => Promise<number>): Promise<void> {
    const { signal } = this.#stop;
    for (let pauseMs = firstMs; !signal.aborted; pauseMs = await work()) {
      try {
        await sleep(pauseMs, undefined, { signal, ref: false });
      } catch {
        return;
      }
    }
  }
}
