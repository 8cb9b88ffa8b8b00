/**
 * What states that two ids are one person: an administrator or an application (empty), or a coding agent, whose
 * installation was `seen_with` the e-mail address of one user.
 */
export type AliasRule = '' | 'seen_with';

/** An alias as it is stored. */
export interface AliasRow {
  readonly alias: string;
  /** The user that the alias was said to be, which may be an alias itself. The same id where it is said to be no alias. */
  readonly target: string;
  /** The user at the end of the chain of targets, or an alias whose own row has that user here. */
  readonly canonical: string;
  /** When the alias was added, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly version: bigint;
  readonly rule: AliasRule;
}

/** A row to write: an alias, or one that was taken back. */
export type AliasChange = Omit<AliasRow, 'version'> & { readonly isDeleted: boolean };

interface Entry {
  readonly target: string;
  readonly atMs: number;
  readonly rule: AliasRule;
  canonical: string;
}

/**
 * The aliases of a project, and which rows a new one changes.
 *
 * If each row named the user at the end of its chain, a chain of n aliases, added from its beginning, would rewrite n²/2
 * rows. So a row leads there in at most two steps: `canonical` is the end, or a hub, which is an alias whose own `canonical`
 * is the end. A user that becomes an alias becomes the hub of its aliases, and hubs of one user whose sizes have the same
 * power of two are merged. Therefore a user has a logarithmic number of hubs, and a row is rewritten a logarithmic number of
 * times. `resolvedAliases` has the query for both steps.
 */
export class AliasForest {
  /** In the order of their versions. */
  readonly #entries = new Map<string, Entry>();
  /** Of a user or a hub, the aliases whose `canonical` it is, without hubs. */
  readonly #members = new Map<string, Set<string>>();
  readonly #hubs = new Map<string, Set<string>>();
  /** Ids that are no alias, whatever users they are seen with. */
  readonly #separate = new Set<string>();
  readonly #changed = new Set<string>();

  /** Rows that disagree are repaired: two collectors may have added aliases of one chain at the same moment. */
  constructor(rows: Iterable<AliasRow>) {
    const byVersion = [...rows].sort((a, b) => (a.version < b.version ? -1 : 1));
    for (const { alias, target, canonical, atMs, rule } of byVersion) {
      if (alias === target) this.#separate.add(alias);
      else this.#entries.set(alias, { target, canonical, atMs, rule });
    }
    this.#lead(this.#ends());
  }

  /** The user that an id stands for: itself, where it is no alias. */
  canonicalOf(id: string): string {
    const canonical = this.#entries.get(id)?.canonical;
    return canonical === undefined ? id : (this.#entries.get(canonical)?.canonical ?? canonical);
  }

  /** Makes an id the alias of a user; `false`, without any change, where that user is an alias of the id. */
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
    // Its members stay where they are.
    setOf(this.#members.has(alias) ? this.#hubs : this.#members, root).add(alias);
    this.#mergeHubs(root);
    return true;
  }

  /**
   * Makes the id of an installation the alias of the only user that it is seen with. With a second user it is no alias from
   * then on, as nothing tells which of them used it where no address is sent. An alias of the id that was stated otherwise
   * stays.
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

  /** Takes an alias back, for good where an installation is seen with the user again. Aliases that lead through it lead to it. */
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

  /** Makes rows lead to these ends: those that do not so far lead there in one step. */
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

  /** Merges hubs of a user until no two have sizes of the same power of two. */
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
    // Most ids that become aliases are at the end of every chain that they are in.
    if (!this.#entries.has(id)) return this.canonicalOf(from) === id;
    for (let at: string | undefined = from; at !== undefined; at = this.#entries.get(at)?.target) {
      if (at === id) return true;
    }
    return false;
  }

  /** The end of the chain of each alias; each chain is followed once. An alias that closes a circle is taken back, the newest first. */
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

  /** Takes back the newest alias of a circle, which is the last of them in the order of versions. */
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
