import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { replaceFile } from '../../../runtime/replace-file.ts';
import { textLiteral } from '../bind.ts';
import { quoteName } from '../ddl.ts';
import { FORMER_NAMES } from '../former/former-tables.ts';
import { ROLLUP_NAMES } from '../rollups.ts';
import { readDefinitionFiles, restoreDefinitionFiles } from './definition-files.ts';
import type { DefinitionFiles } from './definition-files.ts';
import { readPartFiles, restorePartFiles } from './part-files.ts';
import type { PartFiles } from './part-files.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';

/** Whether the files of the embedded store that were checked are intact. */
export interface IntegrityHealth {
  readonly state: 'ok' | 'damaged';
  /** What is damaged, which data is lost, and what to do. */
  readonly message?: string;
}

/** A part of a table: the rows in one folder. */
interface Part {
  readonly table: string;
  readonly partition: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Path below the store's folder. Absent in inventories of the first versions. */
  readonly folder?: string;
  /** Absent in lists of the first versions. */
  readonly files?: PartFiles;
}

/** Content of `store.json`, next to the store's folder. It is compared with the files at the next start. */
interface Inventory {
  readonly version: 1;
  readonly tables: readonly string[];
  readonly parts: readonly Part[];
  /** Absent in inventories of the first versions, and from the start of a migration until the store is open. */
  readonly definitions?: DefinitionFiles;
  /**
   * During a migration, the definitions from before it. The migration may have changed files, or left them empty on a
   * full disk.
   */
  readonly definitionsBefore?: DefinitionFiles;
  /** Checksum of the other fields as JSON. Absent in inventories of the first versions. */
  readonly crc32?: number;
}

/** One finding. */
interface Damage {
  readonly table: string;
  readonly part: string;
  readonly message: string;
  /** Whether the part was moved to the folder `detached` of its table. */
  readonly isAside?: boolean;
}

/** Its rows expire after a day. Only running readers need them. */
const EXPIRING_TABLE = 'usage_changes';
const MAX_NAMED = 5;
const WHAT_TO_DO =
  'stop the collector and restore the data folder from a backup; or continue without the lost rows and run "userspan doctor --repair", which corrects the sums';

/**
 * Tables whose rows can be derived from spans. Threads are not included, because the times of their first and last
 * spans cannot be derived.
 */
const DERIVED: ReadonlySet<string> = new Set([
  'calls',
  'calls_unattributed',
  ...ROLLUP_NAMES.filter((name) => name !== 'threads'),
]);

/**
 * Detects damage to the files of the embedded store. The engine itself skips what it cannot read, creates an empty
 * table if a definition is missing, and trusts small files such as `count.txt`. Rows would be missing and sums wrong
 * without any error.
 *
 * `store.json` in the data folder is an inventory of tables and parts, with their definitions and small files. {@link
 * restoreFiles} compares these files before the engine reads them, and restores definitions and the smallest files.
 * {@link open} then looks for missing data: if a table is missing, it rejects; if a part is missing or unreadable, the
 * store opens with the rest and health names the part. {@link check} verifies the checksums of all files.
 *
 * Damaged parts of calls and roll-ups are detached, and their rows are derived again from the spans, if those are
 * intact.
 */
export class StoreIntegrity {
  readonly #path: string;
  readonly #directory: string;
  readonly #damage = new Map<string, Damage>();
  /** Small files of existing parts, as of when the part was first seen. */
  readonly #files = new Map<string, PartFiles>();
  #definitions: DefinitionFiles | undefined;
  #store: Store | undefined;
  #before: Inventory | undefined;
  #written = '';

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, 'store.json');
    this.#directory = join(dataDirectory, 'store');
  }

  get health(): IntegrityHealth {
    if (this.#damage.size === 0) {
      return { state: 'ok' };
    }
    const messages = [...this.#damage.values()].map(({ message }) => message);
    const named = messages.slice(0, MAX_NAMED).join('; ');
    const more = messages.length > MAX_NAMED ? `; and ${messages.length - MAX_NAMED} more` : '';
    return { state: 'damaged', message: `${named}${more}. To repair: ${WHAT_TO_DO}` };
  }

  /**
   * Whether calls or sums are lost and can be rebuilt, because no spans are lost. After rebuilding them, call {@link
   * markRebuilt}.
   */
  get canRebuild(): boolean {
    const damages = [...this.#damage.values()];
    return damages.some(isRebuildable) && damages.every(({ table }) => table !== 'spans');
  }

  /** Call after lost calls and sums were rebuilt. Clears the damage and removes the detached parts. */
  async markRebuilt(): Promise<void> {
    for (const [key, damage] of this.#damage) {
      if (!isRebuildable(damage)) continue;
      if (damage.isAside === true) {
        await this.#opened.execute(
          `ALTER TABLE ${quoteName(damage.table)} DROP DETACHED PART ${textLiteral(damage.part)} SETTINGS allow_drop_detached = 1`,
        );
      }
      this.#damage.delete(key);
    }
  }

  /** Call before the engine opens the store. Returns the paths of restored files. */
  async restoreFiles(): Promise<readonly string[]> {
    this.#before = await this.#read();
    const { definitions, definitionsBefore } = this.#before ?? {};
    const known = definitions ?? definitionsBefore;
    const which = definitions === undefined ? 'empty' : 'changed';
    const allRestored =
      known === undefined ? [] : [...(await restoreDefinitionFiles(this.#directory, known, which))];
    for (const part of this.#before?.parts ?? []) {
      if (part.folder === undefined || part.files === undefined) continue;
      this.#files.set(keyOf(part), part.files);
      const folder = join(this.#directory, part.folder);
      // The part was merged or is missing. `open` finds out by its rows.
      if (!existsSync(folder)) continue;
      const { restored, damaged } = await restorePartFiles(folder, part.files);
      allRestored.push(...restored);
      for (const path of damaged) {
        this.#addDamage(part.table, part.name, `${path}, a file of ${part.table}, is damaged`);
      }
    }
    return allRestored;
  }

  /** Call before definitions change, so that the old ones are not restored. */
  async forgetDefinitions(): Promise<void> {
    const { definitions, ...inventory } = this.#before ?? {};
    if (definitions === undefined) return;
    await this.#write(JSON.stringify({ ...inventory, definitionsBefore: definitions }));
  }

  /** Compares the store with the inventory. Rejects with {@link StoreError} if a table is missing. */
  async open(store: Store): Promise<void> {
    this.#store = store;
    const before = this.#before;
    if (before === undefined) {
      return;
    }
    const tables = new Set(await this.#tables());
    // A migration may have removed a table before a crash.
    const missing = before.tables.filter((table) => !tables.has(table) && !FORMER_NAMES.has(table));
    if (missing.length > 0) {
      const files = missing
        .slice(0, MAX_NAMED)
        .map((table) => join(this.#directory, 'metadata', 'userspan', `${table}.sql`));
      throw new StoreError(
        `The embedded store at ${this.#directory} has lost ${missing.length} of its ${before.tables.length} tables: ${files.join(', ')} ${missing.length > MAX_NAMED ? 'and others ' : ''}cannot be found. ` +
          `Restore the data folder from a backup. To start with an empty store, move ${this.#directory} and ${this.#path} away.`,
      );
    }
    await this.#setAside();
    await this.#findBroken();
    const parts = await this.#parts();
    for (const part of before.parts) {
      // The engine removes expired parts as soon as it opens, so after a day's stop they are missing.
      if (part.table === EXPIRING_TABLE) continue;
      if (before.definitions === undefined && isOfReplacedTable(part, parts)) continue;
      if (!FORMER_NAMES.has(part.table) && !parts.some((now) => covers(now, part))) {
        this.#addDamage(part.table, part.name, `the rows of ${part.table} in part ${part.name} are missing`);
        // A table that lost all parts numbers new ones from the start, so a new part may have the same name with other
        // files.
        this.#files.delete(keyOf(part));
      }
    }
  }

  /**
   * Verifies the checksums of all files, those of one table first. Runs in the background; a large store takes minutes.
   */
  async check(firstTable?: string): Promise<void> {
    const tables = await this.#tables();
    for (const table of tables.toSorted((a, b) => Number(b === firstTable) - Number(a === firstTable))) {
      const checked = await this.#opened.query<{ part_path: string; is_passed: number }>(
        `CHECK TABLE ${quoteName(table)} SETTINGS check_query_single_value_result = 0, max_threads = 1 FORMAT JSONEachRow`,
        {},
        { isRaw: true, isBackground: true },
      );
      for (const { part_path: name, is_passed: isPassed } of checked) {
        if (isPassed !== 1) {
          this.#addDamage(table, name, `part ${name} of ${table} does not match its checksums`);
        }
      }
    }
    await this.#setAside();
  }

  /** Writes the inventory if it has changed. */
  async remember(): Promise<void> {
    // A lost part stays in the inventory until its rows are rebuilt, even after a crash.
    if (this.canRebuild) return;
    const parts = await this.#parts();
    await this.#readFiles(parts);
    const { definitions, definitionsBefore } = this.#before ?? {};
    this.#definitions ??= await readDefinitionFiles(this.#directory, definitions ?? definitionsBefore);
    const inventory: Inventory = {
      version: 1,
      tables: await this.#tables(),
      parts: parts.map((part) => {
        const files = this.#files.get(keyOf(part));
        return files === undefined ? part : { ...part, files };
      }),
      definitions: this.#definitions,
    };
    const text = JSON.stringify(inventory);
    if (text !== this.#written) await this.#write(text);
  }

  async #write(text: string): Promise<void> {
    await replaceFile(this.#path, `${text.slice(0, -1)},"crc32":${crc32(text)}}`);
    this.#written = text;
  }

  /** Reads the small files of new parts and forgets those of removed parts. */
  async #readFiles(parts: readonly Part[]): Promise<void> {
    const present = new Set(parts.map(keyOf));
    for (const key of this.#files.keys()) {
      if (!present.has(key)) this.#files.delete(key);
    }
    for (const part of parts) {
      const key = keyOf(part);
      if (part.folder === undefined || this.#files.has(key)) continue;
      const files = await readPartFiles(join(this.#directory, part.folder));
      if (files !== undefined) this.#files.set(key, files);
    }
  }

  async #read(): Promise<Inventory | undefined> {
    if (!existsSync(this.#path)) {
      return undefined;
    }
    try {
      const { crc32: checksum, ...inventory } = JSON.parse(
        await readFile(this.#path, 'utf8'),
      ) as Partial<Inventory>;
      return inventory.version === 1 &&
        Array.isArray(inventory.tables) &&
        Array.isArray(inventory.parts) &&
        (checksum === undefined || checksum === crc32(JSON.stringify(inventory)))
        ? (inventory as Inventory)
        : undefined;
    } catch {
      // The inventory is only for comparison, and a new one is written soon.
      return undefined;
    }
  }

  get #opened(): Store {
    if (this.#store === undefined) {
      throw new StoreError('The store is not open yet.');
    }
    return this.#store;
  }

  #addDamage(table: string, part: string, message: string, isAside = false): void {
    const key = `${table}/${part}`;
    const known = this.#damage.get(key);
    if (known === undefined || (isAside && known.isAside !== true)) {
      this.#damage.set(key, {
        table,
        part,
        message: known?.message ?? message,
        ...(isAside ? { isAside } : {}),
      });
    }
  }

  /** Detaches damaged parts of tables whose rows can be rebuilt. */
  async #setAside(): Promise<void> {
    if (!this.canRebuild) return;
    const active = new Set((await this.#parts()).map(keyOf));
    for (const damage of this.#damage.values()) {
      const { table, part } = damage;
      if (damage.isAside === true || !isRebuildable(damage) || !active.has(`${table}/${part}`)) continue;
      await this.#opened.execute(`ALTER TABLE ${quoteName(table)} DETACH PART ${textLiteral(part)}`);
      this.#addDamage(table, part, damage.message, true);
    }
  }

  async #tables(): Promise<string[]> {
    const rows = await this.#opened.query<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    );
    return rows.map(({ name }) => name);
  }

  async #parts(): Promise<Part[]> {
    const rows = await this.#opened.query<
      Pick<Part, 'table' | 'partition' | 'name'> & { min: string; max: string; path: string }
    >(
      'SELECT table, partition_id AS partition, name, min_block_number AS min, max_block_number AS max, path' +
        ' FROM system.parts WHERE active AND database = currentDatabase() AND rows > 0 ORDER BY table, name',
    );
    return rows.map(({ min, max, path, ...part }) => {
      const folder = relative(resolve(this.#directory), path).replace(/\/$/, '');
      return {
        ...part,
        min: Number(min),
        max: Number(max),
        ...(folder.startsWith('..') || isAbsolute(folder) ? {} : { folder }),
      };
    });
  }

  /** The parts that the engine itself detached at its start. */
  async #findBroken(): Promise<void> {
    const broken = await this.#opened.query<{ table: string; name: string }>(
      "SELECT table, name FROM system.detached_parts WHERE database = currentDatabase() AND reason LIKE 'broken%'",
    );
    for (const { table, name } of broken) {
      // Not synced: a reader that starts reads everything, so rows lost by a power cut are not missed.
      if (table === EXPIRING_TABLE) continue;
      this.#addDamage(table, name, `files of ${table} could not be read and were put aside as ${name}`, true);
    }
  }
}

function isRebuildable({ table }: Damage): boolean {
  return DERIVED.has(table);
}

function keyOf({ table, name }: Pick<Part, 'table' | 'name'>): string {
  return `${table}/${name}`;
}

/**
 * Whether a part belongs to a table of spans that a migration has replaced before it was interrupted: a table of the same
 * name in another folder has rows.
 */
function isOfReplacedTable({ table, folder }: Part, parts: readonly Part[]): boolean {
  if (table !== 'spans' || folder === undefined) return false;
  const folders = parts.flatMap((now) =>
    now.table === table && now.folder !== undefined ? [dirname(now.folder)] : [],
  );
  return folders.length > 0 && !folders.includes(dirname(folder));
}

/** Whether a current part contains the blocks of an earlier one, which was merged or changed. */
function covers(now: Part, before: Part): boolean {
  return (
    now.table === before.table &&
    now.partition === before.partition &&
    now.min <= before.min &&
    now.max >= before.max
  );
}
