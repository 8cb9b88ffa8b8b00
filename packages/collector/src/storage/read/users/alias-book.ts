import type { AliasRow, AliasRule } from './alias-forest.ts';
import { resolvedAliases } from './resolved-aliases.ts';
import type { Store } from '../../engine/store.ts';

interface Book {
  readonly canonical: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly readAtMs: number;
}

/** Maximum age of the cache, because another collector may write to the store. */
const MAX_AGE_MS = 2_000;

/** Knows which ids are aliases of a user. Figures are stored by the ids of spans, so an alias can be removed again. */
export class AliasBook {
  readonly #store: Store;
  readonly #books = new Map<string, Book>();
  readonly #reading = new Map<string, Promise<Book>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The canonical id of a user; the id itself if it is not an alias. */
  async canonicalOf(project: string, id: string): Promise<string> {
    const { canonical } = await this.#book(project);
    return canonical.get(id) ?? id;
  }

  /** All ids of a user, the canonical one first. */
  async idsOf(project: string, id: string): Promise<readonly string[]> {
    const { members } = await this.#book(project);
    return [id, ...(members.get(id) ?? [])];
  }

  async isEmpty(project: string): Promise<boolean> {
    const { canonical } = await this.#book(project);
    return canonical.size === 0;
  }

  /** Makes the next request read the store. */
  forget(project: string): void {
    this.#books.delete(project);
    this.#reading.delete(project);
  }

  async #book(project: string): Promise<Book> {
    const known = this.#books.get(project);
    if (known !== undefined && Date.now() - known.readAtMs < MAX_AGE_MS) return known;
    let reading = this.#reading.get(project);
    if (reading === undefined) {
      reading = this.#read(project);
      this.#reading.set(project, reading);
    }
    try {
      const book = await reading;
      if (this.#reading.get(project) === reading) this.#books.set(project, book);
      return book;
    } finally {
      if (this.#reading.get(project) === reading) this.#reading.delete(project);
    }
  }

  async #read(project: string): Promise<Book> {
    const readAtMs = Date.now();
    const rows = await this.#store.query<{ alias_id: string; canonical: string }>(
      resolvedAliases('{project:String}'),
      { project },
    );
    const canonical = new Map(rows.map((row) => [row.alias_id, row.canonical]));
    const members = new Map<string, string[]>();
    for (const [alias, id] of canonical) {
      const list = members.get(id);
      if (list) list.push(alias);
      else members.set(id, [alias]);
    }
    return { canonical, members, readAtMs };
  }
}

export interface StoredAliases {
  readonly rows: readonly AliasRow[];
  /** The newest version of a row, also of removed aliases; 0 if there is none. */
  readonly newestVersion: bigint;
}

/** The stored aliases of a project. */
export async function readAliases(store: Store, project: string): Promise<StoredAliases> {
  const [rows, [newest]] = await Promise.all([
    store.query<
      Record<'alias_id' | 'user_id' | 'canonical' | 'at_ms' | 'version', string> & { rule: AliasRule }
    >(
      'SELECT alias_id, user_id, canonical, at_ms, version, rule FROM aliases FINAL WHERE project = {project:String}',
      { project },
    ),
    store.query<{ version: string }>(
      'SELECT max(version) AS version FROM aliases WHERE project = {project:String}',
      { project },
    ),
  ]);
  return {
    rows: rows.map((row) => ({
      alias: row.alias_id,
      target: row.user_id,
      canonical: row.canonical,
      atMs: Number(row.at_ms),
      version: BigInt(row.version),
      rule: row.rule,
    })),
    newestVersion: BigInt(newest?.version ?? 0),
  };
}
