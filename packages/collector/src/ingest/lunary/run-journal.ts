import { crc32 } from 'node:zlib';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendQueue } from '../../wal/append-queue.ts';
import { syncDirectory } from '../../runtime/replace-file.ts';
import { writeFully } from '../../wal/segment.ts';
import type { ReceivedEvent, Run } from './lunary-run.ts';
import type { OpenRuns } from './open-runs.ts';

/** A line of the journal; see FORMAT.md. */
type Line = { readonly event: ReceivedEvent } | { readonly done: readonly string[] } | { readonly run: Run };

const NAME = 'lunary-runs.v1.journal';
/** The file is rewritten when it has grown by this factor since it was last written. */
const SLACK_BYTES = 64 << 20;

/** The events of runs that wait for their end, on the disk: an append resolves when its bytes are durable. */
export class RunJournal {
  readonly #dir: string;
  readonly #runs: OpenRuns;
  readonly #appends: AppendQueue;
  /** Events that may be in the file and are not in `#runs` yet: a new file needs them, too. */
  readonly #unapplied = new Set<readonly ReceivedEvent[]>();
  #file: FileHandle;
  #bytes = 0;
  #limitBytes = 0;

  private constructor(dir: string, runs: OpenRuns, file: FileHandle, bytes: number) {
    this.#dir = dir;
    this.#runs = runs;
    this.#file = file;
    this.#bytes = bytes;
    this.#limitBytes = bytes + SLACK_BYTES;
    this.#appends = new AppendQueue(async (buffers, length) => {
      if (this.#bytes > this.#limitBytes) {
        await this.#compact();
      }
      await writeFully(this.#file, buffers, this.#bytes);
      await this.#file.datasync();
      this.#bytes += length;
    });
  }

  /** Reads the journal of a data folder, if there is one, into `runs`, and rewrites it without what is done. */
  static async open(dir: string, runs: OpenRuns, nowMs: number): Promise<RunJournal> {
    for (const line of await readLines(join(dir, NAME))) {
      if ('event' in line) {
        runs.apply(line.event);
      } else if ('run' in line) {
        runs.restore(line.run);
      } else {
        runs.done(line.done);
      }
    }
    runs.forget(nowMs);
    const { file, bytes } = await write(dir, runs);
    return new RunJournal(dir, runs, file, bytes);
  }

  /** Makes events durable, then applies them to the runs. */
  async append(events: readonly ReceivedEvent[]): Promise<void> {
    this.#unapplied.add(events);
    try {
      await this.#push(events.map((event) => ({ event })));
      for (const event of events) {
        this.#runs.apply(event);
      }
    } finally {
      this.#unapplied.delete(events);
    }
  }

  /** Notes that the spans of these runs are durable in the write-ahead log. */
  async done(keys: readonly string[]): Promise<void> {
    this.#runs.done(keys);
    await this.#push([{ done: keys }]);
  }

  /** Rewrites the file from the open runs, so that nothing erased is left. */
  async rewrite(): Promise<void> {
    this.#limitBytes = -1;
    await this.#push([{ done: [] }]);
  }

  async close(): Promise<void> {
    await this.#appends.idle();
    await this.#file.close();
  }

  #push(lines: readonly Line[]): Promise<void> {
    const bytes = encode(lines);
    return this.#appends.push([bytes], bytes.length);
  }

  async #compact(): Promise<void> {
    const { file, bytes } = await write(this.#dir, this.#runs, [...this.#unapplied].flat());
    await this.#file.close();
    this.#file = file;
    this.#bytes = bytes;
    this.#limitBytes = bytes + SLACK_BYTES;
  }
}

async function write(
  dir: string,
  runs: OpenRuns,
  events: readonly ReceivedEvent[] = [],
): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  const path = join(dir, NAME);
  const file = await open(`${path}.new`, 'w', 0o600);
  const bytes = encode([
    ...Array.from(runs.all(), (run) => ({ run })),
    ...events.map((event) => ({ event })),
  ]);
  await writeFully(file, [bytes], 0);
  await file.datasync();
  await rename(`${path}.new`, path);
  await syncDirectory(dir);
  return { file, bytes: bytes.length };
}

function encode(lines: readonly Line[]): Buffer {
  return Buffer.from(
    lines
      .map((line) => {
        const json = JSON.stringify(line);
        return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
      })
      .join(''),
  );
}

/** The lines up to the first that a crash tore: nothing behind it was acknowledged. */
async function readLines(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw error;
  });
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const json = line.slice(9);
    if (line === '' || crc32(json).toString(16).padStart(8, '0') !== line.slice(0, 8)) {
      break;
    }
    lines.push(JSON.parse(json) as Line);
  }
  return lines;
}
