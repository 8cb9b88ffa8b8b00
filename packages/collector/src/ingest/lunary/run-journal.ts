import { crc32 } from 'node:zlib';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendQueue } from '../../wal/append-queue.ts';
import { syncDirectory } from '../../runtime/replace-file.ts';
import type { WalLoss } from '../../wal/open-wal-directory.ts';
import { writeFully } from '../../wal/segment.ts';
import type { ReceivedEvent, Run } from './lunary-run.ts';
import type { OpenRuns } from './open-runs.ts';

/** A line of the journal; see FORMAT.md. */
type Line = { readonly event: ReceivedEvent } | { readonly done: readonly string[] } | { readonly run: Run };

const NAME = 'lunary-runs.v1.journal';
const CHECKSUM_BYTES = 9;
/** The file is rewritten when it has grown by this factor since it was last written. */
const SLACK_BYTES = 64 << 20;

/** The journal file with the events of runs that wait for their end. An append resolves when it is durable. */
export class RunJournal {
  readonly #dir: string;
  readonly #runs: OpenRuns;
  readonly #appends: AppendQueue;
  /** Events that may be in the file and are not in `#runs` yet. A rewritten file must include them. */
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

  /**
   * Reads the journal of a data folder into `runs`, if it exists, and rewrites it without completed runs. `onLoss` is
   * called for damaged lines; a run with missing lines is sent with the remaining ones.
   */
  static async open(
    dir: string,
    runs: OpenRuns,
    nowMs: number,
    onLoss: (loss: WalLoss) => void,
  ): Promise<RunJournal> {
    for (const line of await readLines(join(dir, NAME), onLoss)) {
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

  /** Records that the spans of these runs are durable in the write-ahead log. */
  async done(keys: readonly string[]): Promise<void> {
    this.#runs.done(keys);
    await this.#push([{ done: keys }]);
  }

  /** Rewrites the file from the open runs, so that no erased data is left. */
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
        return `${checksumOf(json)}${json}\n`;
      })
      .join(''),
  );
}

/**
 * The lines with valid checksums. Data after the last line break was cut off by a crash before it was acknowledged. Any
 * other invalid line was damaged, or follows one that was cut off.
 */
async function readLines(path: string, onLoss: (loss: WalLoss) => void): Promise<Line[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return Buffer.alloc(0);
    }
    throw error;
  });
  const lines: Line[] = [];
  let damaged = 0;
  let lostBytes = 0;
  for (let at = 0, end = bytes.indexOf('\n'); end !== -1; at = end + 1, end = bytes.indexOf('\n', at)) {
    const json = bytes.subarray(at + CHECKSUM_BYTES, end);
    if (checksumOf(json) === bytes.toString('latin1', at, at + CHECKSUM_BYTES)) {
      lines.push(JSON.parse(json.toString()) as Line);
    } else {
      damaged += 1;
      lostBytes += end + 1 - at;
    }
  }
  if (damaged > 0) {
    onLoss({
      file: path,
      lostBytes,
      reason: `${damaged} of ${damaged + lines.length} lines are damaged: events of Lunary's clients whose runs had not ended are lost, and these runs are stored with what is left of them`,
    });
  }
  return lines;
}

/** The checksum of a line, followed by a space. */
function checksumOf(json: string | Uint8Array): string {
  return `${crc32(json).toString(16).padStart(8, '0')} `;
}
