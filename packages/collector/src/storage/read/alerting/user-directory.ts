import { resolvedAliases } from '../users/resolved-aliases.ts';
import { createHash } from 'node:crypto';

import type { Store } from '../../engine/store.ts';
import { readProfiles, readProfilesAfter } from '../users/profiles-query.ts';
import type { ProfileJson } from '../users/profiles-query.ts';

/** The fields of a profile that rules and budgets use. */
export interface DirectoryUser {
  readonly name: string | null;
  readonly group: string | null;
  readonly props: Readonly<Record<string, string | number | boolean>>;
  /** Milliseconds since the Unix epoch. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

const CHUNK = 10_000;

/** Aliases and users of one project, updated for users that changed. */
export class UserDirectory {
  readonly #store: Store;
  readonly #project: string;
  #canonical: ReadonlyMap<string, string> = new Map();
  #aliases = new Map<string, string[]>();
  #users = new Map<string, DirectoryUser>();
  #isLoaded = false;

  constructor(store: Store, project: string) {
    this.#store = store;
    this.#project = project;
  }

  /** Reads aliases again. @returns canonical ids of users that gained or lost one. */
  async refreshAliases(): Promise<ReadonlySet<string>> {
    const rows = await this.#store.query<{ alias_id: string; canonical: string }>(
      resolvedAliases('{project:String}'),
      { project: this.#project },
    );
    const canonical = new Map(rows.map((row) => [row.alias_id, row.canonical]));
    const changed = new Set<string>();
    for (const id of new Set([...canonical.keys(), ...this.#canonical.keys()])) {
      const before = this.#canonical.get(id) ?? id;
      const after = canonical.get(id) ?? id;
      if (before !== after) for (const each of [id, before, after]) changed.add(each);
    }
    this.#canonical = canonical;
    this.#aliases = new Map();
    for (const [alias, id] of canonical) {
      const list = this.#aliases.get(id);
      if (list) list.push(alias);
      else this.#aliases.set(id, [alias]);
    }
    return changed;
  }

  canonicalOf(id: string): string {
    return this.#canonical.get(id) ?? id;
  }

  /** All ids of a user. */
  idsOf(id: string): readonly string[] {
    return [id, ...(this.#aliases.get(id) ?? [])];
  }

  /** Every id that is an alias or has one. */
  idsOfAliases(): Iterable<string> {
    return [...this.#canonical.keys(), ...this.#aliases.keys()];
  }

  /**
   * Reads the profiles of these users; of all users at the first call. Call it only if a rule uses groups or
   * properties.
   */
  async refreshUsers(changed: Iterable<string>): Promise<void> {
    if (!this.#isLoaded) {
      await this.#readAll();
      this.#isLoaded = true;
      return;
    }
    const ids = [...changed];
    const profiles = await readProfiles(this.#store, this.#project, ids);
    for (const id of ids) {
      const profile = profiles.get(id);
      if (profile === undefined) this.#users.delete(id);
      else this.#keep(profile);
    }
  }

  async #readAll(): Promise<void> {
    for (let last = ''; ;) {
      const profiles = await readProfilesAfter(this.#store, this.#project, last, CHUNK);
      for (const profile of profiles) this.#keep(profile);
      const end = profiles.at(-1);
      if (end === undefined || profiles.length < CHUNK) return;
      last = end.id;
    }
  }

  #keep({ id, name, group, props, firstSeen, lastSeen }: ProfileJson): void {
    const firstSeenMs = Date.parse(firstSeen ?? '') || 0;
    const lastSeenMs = Date.parse(lastSeen ?? '') || 0;
    this.#users.set(id, { name, group, props, firstSeenMs, lastSeenMs });
  }

  /** Reads all users again. @returns the groups that lost a user. */
  async reloadUsers(): Promise<ReadonlySet<string>> {
    const before = this.#users;
    this.forgetUsers();
    await this.refreshUsers([]);
    const left = new Set<string>();
    for (const [id, { group }] of before) {
      if (group !== null && this.#users.get(id)?.group !== group) left.add(group);
    }
    return left;
  }

  /** Makes the next {@link refreshUsers} read all users. Call it while changes are not passed to {@link refreshUsers}. */
  forgetUsers(): void {
    this.#isLoaded = false;
    this.#users = new Map();
  }

  userOf(id: string): DirectoryUser | undefined {
    return this.#users.get(id);
  }

  groupOf(id: string): string | null {
    return this.#users.get(this.canonicalOf(id))?.group ?? null;
  }

  /** Canonical ids of the users of these groups. */
  membersOf(groups: ReadonlySet<string>): string[] {
    const members: string[] = [];
    for (const [id, { group }] of this.#users) {
      if (group !== null && groups.has(group) && this.canonicalOf(id) === id) members.push(id);
    }
    return members;
  }

  /**
   * A function that tells whether a user matches a filter by user, group and properties; `undefined` if all users
   * match.
   */
  matcherOf(filter: {
    readonly user?: readonly string[];
    readonly group?: readonly string[];
    readonly props?: Readonly<Record<string, readonly string[]>>;
  }): ((id: string) => boolean) | undefined {
    const { user, group, props } = filter;
    if (user === undefined && group === undefined && props === undefined) return undefined;
    const users = user === undefined ? undefined : new Set(user.map((id) => this.canonicalOf(id)));
    const wanted = Object.entries(props ?? {});
    return (id) => {
      if (users !== undefined && !users.has(id)) return false;
      const known = this.#users.get(id);
      if (group !== undefined && !(known?.group != null && group.includes(known.group))) return false;
      return wanted.every(([name, values]) => {
        const value = known?.props[name];
        return value !== undefined && values.includes(String(value));
      });
    };
  }

  /**
   * The customer who pays for a user: the user (`user`), its group (`group`) or one of its properties (`prop:NAME`);
   * `null` for none.
   */
  customerOf(id: string, by: string): string | null {
    if (id === '') return null;
    const canonical = this.canonicalOf(id);
    if (by === 'user') return canonical;
    const user = this.#users.get(canonical);
    const value = by === 'group' ? user?.group : user?.props[by.slice('prop:'.length)];
    return value === undefined || value === null || value === '' ? null : String(value);
  }

  /** A string that changes whenever the customer of a user changes. */
  revisionOf(by: string): string {
    const hash = createHash('sha256');
    for (const id of [...this.#canonical.keys()].sort()) {
      hash.update(JSON.stringify([id, this.#canonical.get(id)]));
    }
    for (const id of by === 'user' ? [] : [...this.#users.keys()].sort()) {
      hash.update(JSON.stringify([id, this.customerOf(id, by)]));
    }
    return hash.digest('base64url');
  }

  /** Every user that is known. */
  ids(): Iterable<string> {
    return this.#users.keys();
  }
}
