/**
 * The source of an alias: an administrator or an application (empty), or a coding agent whose installation was
 * `seen_with` the e-mail address of one user.
 */
export type AliasRule = '' | 'seen_with';

/** An alias as it is stored. */
export interface AliasRow {
  readonly alias: string;
  /** The user of the alias as stated, which may be an alias itself. The same id states that the id is not an alias. */
  readonly target: string;
  /** The user at the end of the chain of targets, or an alias whose own `canonical` is that user. */
  readonly canonical: string;
  /** When the alias was added, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly version: bigint;
  readonly rule: AliasRule;
}

/** A row to write: a new or a removed alias. */
export type AliasChange = Omit<AliasRow, 'version'> & { readonly isDeleted: boolean };

interface Entry {
  readonly target: string;
  readonly atMs: number;
  readonly rule: AliasRule;
  canonical: string;
}

/**
 * The aliases of a project, and the rows that each change affects.
 *
 * If each row named the user at the end of its chain, adding a chain of n aliases from its start would rewrite n²/2
 * rows. Instead, a row leads there in at most two steps: `canonical` is the end, or a hub, that is, an alias whose own
 * `canonical` is the end. A user that becomes an alias becomes the hub of its aliases. Hubs of one user whose sizes are
 * in the same power of two are merged. So a user has a logarithmic number of hubs, and a row is rewritten a logarithmic
 * number of times. `resolvedAliases` is the query for both steps.
 */
export class AliasForest {
  /** Ordered by version. */
  readonly #entries = new Map<string, Entry>();
  /** For a user or hub, the aliases (except hubs) whose `canonical` it is. */
  readonly #members = new Map<string, Set<string>>();
  readonly #hubs = new Map<string, Set<string>>();
  /** Ids that never become an alias, even if they are seen with one user. */
  readonly #separate = new Set<string>();
  readonly #changed = new Set<string>();

  /** Repairs inconsistent rows, because two collectors may have added aliases of one chain at the same time. */
  constructor(rows: Iterable<AliasRow>) {
    const byVersion = [...rows].sort((a, b) => (a.version < b.version ? -1 : 1));
    for (const { alias, target, canonical, atMs, rule } of byVersion) {
      if (alias === target) this.#separate.add(alias);
      else this.#entries.set(alias, { target, canonical, atMs, rule });
    }
    this.#lead(this.#ends());
  }

  /** The canonical id of a user; the id itself if it is not an alias. */
  canonicalOf(id: string): string {
    const canonical = this.#entries.get(id)?.canonical;
    return canonical === undefined ? id : (this.#entries.get(canonical)?.canonical ?? canonical);
  }

  /** Makes an id an alias of a user. Returns `false` and changes nothing if that user is an alias of the id. */
  add(alias: string, target: string, atMs: number, rule: AliasRule = ''): boolean {
    const known = this.#entries.get(alias);
    if (known?.target === target && known.rule === rule) return true;
    if (this.#leadsTo(target, alias)) return false;
    this.#take(alias);
    this.#separate.delete(alias);
    const root = this.canonicalOf(target);
    this.#entries.set(alias, { target, atMs, rule, canonical: root });
    this.#changed.add(alias);
    for (const hub of this.#hubs.get(alias) ?? []) {
      this.#change(hub, root);
      setOf(this.#hubs, root).add(hub);
    }
    this.#hubs.delete(alias);
    // The members do not move.
    setOf(this.#members.has(alias) ? this.#hubs : this.#members, root).add(alias);
    this.#mergeHubs(root);
    return true;
  }

  /**
   * Makes the id of an installation an alias of the only user that it is seen with. After a second user appears, it is
   * never an alias again, because spans without an address could belong to either user. An alias with another source is
   * not changed.
   */
  addSeenWith(id: string, userId: string, atMs: number): void {
    if (this.isSettled(id, userId)) return;
    if (this.#entries.has(id)) this.remove(id);
    else this.add(id, userId, atMs, 'seen_with');
  }

  /** Whether {@link addSeenWith} would change nothing. */
  isSettled(id: string, userId: string): boolean {
    const known = this.#entries.get(id);
    if (known === undefined) return this.#separate.has(id) || this.#leadsTo(userId, id);
    return known.rule === '' || this.canonicalOf(id) === this.canonicalOf(userId);
  }

  /**
   * Removes an alias, permanently even if the installation is seen with the user again. Aliases whose chain passes
   * through it now end there.
   */
  remove(alias: string): void {
    if (!this.#entries.has(alias)) return;
    this.#take(alias);
    this.#separate.add(alias);
  }

  #take(alias: string): void {
    if (!this.#entries.has(alias)) return;
    const root = this.canonicalOf(alias);
    const hubs = [...(this.#hubs.get(root) ?? [])];
    const all = [root, ...hubs].flatMap((id) => [...(this.#members.get(id) ?? [])]).concat(hubs);
    for (const id of [root, ...hubs]) this.#members.delete(id);
    this.#hubs.delete(root);
    this.#entries.delete(alias);
    this.#changed.add(alias);
    this.#lead(this.#ends(all));
  }

  /** The rows that changed since the last call. */
  takeChanges(): AliasChange[] {
    const changes = [...this.#changed].map((alias) => {
      const entry = this.#entries.get(alias);
      if (entry !== undefined) return { alias, ...entry, isDeleted: false };
      const id = this.#separate.has(alias) ? alias : '';
      return { alias, target: id, canonical: id, atMs: 0, rule: '' as const, isDeleted: id === '' };
    });
    this.#changed.clear();
    return changes;
  }

  /** Makes rows lead to these ends. Rows that do not do so yet get the end as `canonical`. */
  #lead(ends: ReadonlyMap<string, string>): void {
    const isDirect = (id: string): boolean =>
      ends.has(id) && ends.get(id) === this.#entries.get(id)?.canonical;
    const wrong = [...ends].filter(([id, end]) => {
      const hub = this.#entries.get(id)?.canonical ?? '';
      return !isDirect(id) && !(ends.get(hub) === end && isDirect(hub));
    });
    for (const [id, end] of wrong) this.#change(id, end);
    for (const id of ends.keys()) {
      const canonical = this.#entries.get(id)?.canonical ?? '';
      const end = this.#entries.get(canonical)?.canonical;
      setOf(this.#members, canonical).add(id);
      if (end !== undefined) setOf(this.#hubs, end).add(canonical);
    }
    for (const [id, end] of ends) {
      if (this.#hubs.get(end)?.has(id) === true) this.#members.get(end)?.delete(id);
    }
  }

  #change(alias: string, canonical: string): void {
    const entry = this.#entries.get(alias);
    if (entry === undefined) return;
    entry.canonical = canonical;
    this.#changed.add(alias);
  }

  /** Merges hubs of a user until no two have sizes in the same power of two. */
  #mergeHubs(root: string): void {
    const hubs = this.#hubs.get(root) ?? new Set();
    const byPower = new Map<number, string>();
    const left = [...hubs];
    for (let hub = left.pop(); hub !== undefined; hub = left.pop()) {
      const { size } = setOf(this.#members, hub);
      const power = Math.floor(Math.log2(size));
      const other = byPower.get(power);
      byPower.set(power, hub);
      if (other === undefined) continue;
      byPower.delete(power);
      const [larger, smaller] = size > setOf(this.#members, other).size ? [hub, other] : [other, hub];
      const members = setOf(this.#members, larger);
      for (const id of [...setOf(this.#members, smaller), smaller]) {
        this.#change(id, larger);
        members.add(id);
      }
      this.#members.delete(smaller);
      hubs.delete(smaller);
      left.push(larger);
    }
  }

  #leadsTo(from: string, id: string): boolean {
    // Most ids that become aliases are the end of their chain.
    if (!this.#entries.has(id)) return this.canonicalOf(from) === id;
    for (let at: string | undefined = from; at !== undefined; at = this.#entries.get(at)?.target) {
      if (at === id) return true;
    }
    return false;
  }

  /** The end of each alias's chain. Each chain is followed once. If aliases form a cycle, the newest one is removed. */
  #ends(aliases: Iterable<string> = [...this.#entries.keys()]): Map<string, string> {
    const ends = new Map<string, string>();
    for (const alias of aliases) {
      const path = new Set<string>();
      let end = alias;
      for (
        let next = this.#entries.get(end)?.target;
        next !== undefined;
        next = this.#entries.get(end)?.target
      ) {
        if (path.has(end)) {
          end = this.#openCircle(end);
          path.delete(end);
          break;
        }
        path.add(end);
        end = ends.get(end) ?? next;
      }
      for (const each of path) ends.set(each, end);
    }
    return ends;
  }

  /** Removes the newest alias of a cycle, the last one by version. */
  #openCircle(start: string): string {
    const circle = new Set<string>();
    for (let at = start; !circle.has(at); at = this.#entries.get(at)?.target ?? at) circle.add(at);
    let newest = start;
    for (const alias of this.#entries.keys()) if (circle.has(alias)) newest = alias;
    this.#entries.delete(newest);
    this.#changed.add(newest);
    return newest;
  }
}

function setOf(sets: Map<string, Set<string>>, id: string): Set<string> {
  let set = sets.get(id);
  if (set === undefined) {
    set = new Set();
    sets.set(id, set);
  }
  return set;
}
