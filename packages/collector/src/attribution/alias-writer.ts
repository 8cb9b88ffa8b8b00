import { randomUUID } from 'node:crypto';

import { AliasForest } from '../storage/read/users/alias-forest.ts';
import type { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import type { Storage } from '../storage/storage.ts';

/** An alias to add or, without a target, to remove. */
export interface AliasRequest {
  readonly project: string;
  readonly alias: string;
  readonly target?: string;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /**
   * Whether the alias is the id of an installation, which is valid only while no second user is seen with it. Default:
   * false.
   */
  readonly isSeenWith?: boolean;
}

interface Waiting {
  readonly request: AliasRequest;
  /** Result: the canonical user of the alias. */
  canonical?: string;
}

interface KnownForest {
  readonly forest: AliasForest;
  readonly readAtMs: number;
  /** The newest version of a stored row, possibly by the clock of another collector. */
  newestVersion: bigint;
}

/** Maximum age of cached aliases, because another collector may write to the store. */
const MAX_AGE_MS = 2_000;
/**
 * The same for an installation that was already seen with this user, which coding agents repeat in every call. If two
 * collectors see an installation with two users at the same time, the alias is removed after at most this time.
 */
const MAX_SETTLED_AGE_MS = 60_000;

/**
 * Writes aliases from the API and from spans. The aliases of a project are read once and cached. Everything here runs
 * while no other batch is built, and after a failed batch {@link forget} must be called.
 */
export class AliasWriter {
  readonly #store: Pick<Storage, 'kind' | 'users'>;
  readonly #committed: () => Promise<void>;
  readonly #writeRows: (id: string, task: (builder: WriteBatchBuilder) => Promise<void>) => Promise<void>;
  readonly #forests = new Map<string, KnownForest>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** `writeRows` writes the rows of a builder; `committed` resolves when all earlier batches are stored. */
  constructor(
    store: Pick<Storage, 'kind' | 'users'>,
    committed: () => Promise<void>,
    writeRows: (id: string, task: (builder: WriteBatchBuilder) => Promise<void>) => Promise<void>,
  ) {
    this.#store = store;
    this.#committed = committed;
    this.#writeRows = writeRows;
  }

  /**
   * Adds or removes an alias. Concurrent requests are written together. Returns its canonical user, or `undefined` if
   * it was not added because the target is an alias of it.
   */
  async set(request: AliasRequest): Promise<string | undefined> {
    const waiting: Waiting = { request };
    this.#waiting.push(waiting);
    this.#writing ??= this.#writeRows(`alias-${randomUUID()}`, async (builder) => {
      const all = this.#waiting;
      this.#waiting = [];
      this.#writing = undefined;
      const refused = await this.take(
        all.map((each) => each.request),
        builder,
      );
      for (const each of all) {
        if (refused.has(each.request)) continue;
        const { project, alias } = each.request;
        each.canonical = this.#forests.get(project)?.forest.canonicalOf(alias) ?? alias;
      }
    }).catch((error: unknown) => {
      this.forget();
      throw error;
    });
    await this.#writing;
    return waiting.canonical;
  }

  /** Adds the rows of aliases to a batch, in their order. Returns those whose target is an alias of them. */
  async take(
    requests: readonly AliasRequest[],
    { rows, version }: WriteBatchBuilder,
  ): Promise<ReadonlySet<AliasRequest>> {
    const refused = new Set<AliasRequest>();
    // Each is read once, because reading again would lose changes that are not written yet.
    const forests = new Map<string, KnownForest>();
    for (const request of requests) {
      const { project, alias, target, atMs, isSeenWith = false } = request;
      const known = isSeenWith ? this.#recentForestOf(project, MAX_SETTLED_AGE_MS) : undefined;
      if (known?.forest.isSettled(alias, target ?? alias) === true) continue;
      const read = forests.get(project) ?? (await this.#forestOf(project));
      forests.set(project, read);
      const { forest } = read;
      if (target === undefined) forest.remove(alias);
      else if (isSeenWith) forest.addSeenWith(alias, target, atMs);
      else if (!forest.add(alias, target, atMs)) refused.add(request);
    }
    for (const [project, known] of forests) addChanges(project, known, { rows, version });
    return refused;
  }

  /** Clears the cache, so that the next alias reads the store. */
  forget(): void {
    this.#forests.clear();
  }

  async #forestOf(project: string): Promise<KnownForest> {
    const known = this.#recentForestOf(project, MAX_AGE_MS);
    if (known !== undefined) return known;
    const readAtMs = Date.now();
    await this.#committed();
    const { rows, newestVersion } = await this.#store.users.readAliases(project);
    const read = { forest: new AliasForest(rows), readAtMs, newestVersion };
    this.#forests.set(project, read);
    return read;
  }

  #recentForestOf(project: string, maxAgeMs: number): KnownForest | undefined {
    const known = this.#forests.get(project);
    const isShared = this.#store.kind !== 'chdb';
    return known === undefined || (isShared && Date.now() - known.readAtMs > maxAgeMs) ? undefined : known;
  }
}

/** Adds the changed rows, above the version of every stored row: the clock may be behind that of another collector. */
function addChanges(
  project: string,
  known: KnownForest,
  { rows, version }: Pick<WriteBatchBuilder, 'rows' | 'version'>,
): void {
  const changes = known.forest.takeChanges();
  if (changes.length === 0) return;
  known.newestVersion = version > known.newestVersion ? version : known.newestVersion + 1n;
  for (const { alias, target, canonical, atMs, isDeleted, rule } of changes) {
    const state = [String(atMs), String(known.newestVersion), isDeleted ? 1 : 0, rule];
    rows.add('aliases', [project, alias, target, canonical, ...state]);
  }
}
