import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../runtime/replace-file.ts';
import { quoteName } from './ddl.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Whether the embedded store's files are whole, as far as they were looked at. */
export interface IntegrityHealth {
  readonly state: 'ok' | 'damaged';
  /** What is damaged, what is lost by that, and what to do. */
  readonly message?: string;
}

/** A part of a table: rows in the files of one folder. */
interface Part {
  readonly table: string;
  readonly partition: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** What `store.json` beside the store's folder remembers, to be compared at the next start. */
interface Inventory {
  readonly version: 1;
  readonly tables: readonly string[];
  readonly parts: readonly Part[];
}

const MAX_NAMED = 5;
const WHAT_TO_DO =
  'stop the collector and put the data folder back from a backup; or go on without what is lost, and let "userspan doctor --repair" bring the sums in line with the calls that are left';

/**
 * Notices damage to the files of the embedded store. The engine itself leaves out what it cannot read, and makes a new,
 * empty table where the definition of one is missing: rows vanish and everything looks well.
 *
 * Tables and parts that were there are kept as a list in `store.json` in the data folder. At the start, a missing table
 * refuses to open; a missing or unreadable part opens with what is left and is named in health. {@link check} reads all
 * files against their checksums.
 */
export class StoreIntegrity {
  readonly #store: Store;
  readonly #path: string;
  readonly #directory: string;
  readonly #damage = new Set<string>();
  #written = '';

  constructor(store: Store, dataDirectory: string) {
    this.#store = store;
    this.#path = join(dataDirectory, 'store.json');
    this.#directory = join(dataDirectory, 'store');
  }

  get health(): IntegrityHealth {
    if (this.#damage.size === 0) {
      return { state: 'ok' };
    }
    const named = [...this.#damage].slice(0, MAX_NAMED).join('; ');
    const more = this.#damage.size > MAX_NAMED ? `; and ${this.#damage.size - MAX_NAMED} more` : '';
    return { state: 'damaged', message: `${named}${more}. To repair: ${WHAT_TO_DO}` };
  }

  /** Looks for what is missing since the last time. Rejects with {@link StoreError} when a table is. */
  async open(): Promise<void> {
    const before = await this.#read();
    if (before === undefined) {
      return;
    }
    const tables = new Set(await this.#tables());
    const missing = before.tables.filter((table) => !tables.has(table));
    if (missing.length > 0) {
      const files = missing
        .slice(0, MAX_NAMED)
        .map((table) => join(this.#directory, 'metadata', 'userspan', `${table}.sql`));
      throw new StoreError(
        `The embedded store at ${this.#directory} has lost ${missing.length} of its ${before.tables.length} tables: ${files.join(', ')} ${missing.length > MAX_NAMED ? 'and others ' : ''}cannot be found. ` +
          `Put the data folder back from a backup. To begin with an empty store, move ${this.#directory} and ${this.#path} away.`,
      );
    }
    await this.#findBroken();
    const parts = await this.#parts();
    for (const part of before.parts) {
      if (!parts.some((now) => covers(now, part))) {
        this.#damage.add(`the rows of ${part.table} in part ${part.name} are missing`);
      }
    }
  }

  /** Reads all files of the store against their checksums. On a large store that takes minutes, in the background. */
  async check(): Promise<void> {
    for (const table of await this.#tables()) {
      const checked = await this.#store.query<{ part_path: string; is_passed: number }>(
        `CHECK TABLE ${quoteName(table)} SETTINGS check_query_single_value_result = 0, max_threads = 1 FORMAT JSONEachRow`,
        {},
        { isRaw: true },
      );
      for (const { part_path: name, is_passed: isPassed } of checked) {
        if (isPassed !== 1) {
          this.#damage.add(`part ${name} of ${table} does not match its checksums`);
        }
      }
    }
  }

  /** Writes down what is there, when that has changed. */
  async remember(): Promise<void> {
    const inventory: Inventory = { version: 1, tables: await this.#tables(), parts: await this.#parts() };
    const text = JSON.stringify(inventory);
    if (text === this.#written) {
      return;
    }
    await replaceFile(this.#path, text);
    this.#written = text;
  }

  async #read(): Promise<Inventory | undefined> {
    if (!existsSync(this.#path)) {
      return undefined;
    }
    try {
      const inventory = JSON.parse(await readFile(this.#path, 'utf8')) as Partial<Inventory>;
      return inventory.version === 1 && Array.isArray(inventory.tables) && Array.isArray(inventory.parts)
        ? (inventory as Inventory)
        : undefined;
    } catch {
      // Only a list for comparing: the next one is written soon.
      return undefined;
    }
  }

  async #tables(): Promise<string[]> {
    const rows = await this.#store.query<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    );
    return rows.map(({ name }) => name);
  }

  async #parts(): Promise<Part[]> {
    const rows = await this.#store.query<Omit<Part, 'min' | 'max'> & { min: string; max: string }>(
      'SELECT table, partition_id AS partition, name, min_block_number AS min, max_block_number AS max' +
        ' FROM system.parts WHERE active AND database = currentDatabase() AND rows > 0 ORDER BY table, name',
    );
    return rows.map(({ min, max, ...part }) => ({ ...part, min: Number(min), max: Number(max) }));
  }

  /** What the engine put aside at its start. */
  async #findBroken(): Promise<void> {
    const broken = await this.#store.query<{ table: string; name: string }>(
      "SELECT table, name FROM system.detached_parts WHERE database = currentDatabase() AND reason LIKE 'broken%'",
    );
    for (const { table, name } of broken) {
      // Not synced: a reader that starts looks at everything, so what a power cut takes of it is not missed.
      if (table === 'usage_changes') continue;
      this.#damage.add(`files of ${table} could not be read and were put aside as ${name}`);
    }
  }
}

/** A part that was merged or changed is in a later one with its blocks. */
function covers(now: Part, before: Part): boolean {
  return (
    now.table === before.table &&
    now.partition === before.partition &&
    now.min <= before.min &&
    now.max >= before.max
  );
}
