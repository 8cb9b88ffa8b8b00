import { isLaterAlias, resolveAliases } from '../identity/aliases.ts';
import type { AliasEvent } from '../identity/aliases.ts';
import { absorb, mergeProfiles, openProfile } from '../identity/profile.ts';
import type { OpenProfile, Profile } from '../identity/profile.ts';
import { addTotals, emptyTotals, figuresOf, summarize } from './user-summary.ts';
import type { CallFigures, CallTotals, EvictedFigures, UserSummary } from './user-summary.ts';

/** Maximum number of aliases. The oldest is removed first. */
const MAX_ALIASES = 10_000;

interface Row {
  readonly profile: OpenProfile;
  readonly totals: CallTotals;
}

/** A bounded table of users with their totals. The least recently used one is evicted first. */
export class UserTable {
  readonly #maxUsers: number;
  /** The least recently used first. */
  readonly #rows = new Map<string, Row>();
  readonly #unattributed = emptyTotals();
  readonly #evicted = emptyTotals();
  #evictions = 0;
  #evictedThreads = 0;
  readonly #aliases = new Map<string, AliasEvent>();

  constructor(maxUsers: number) {
    this.#maxUsers = maxUsers;
  }

  /** Merges what a span tells about its user. */
  seen(profile: Profile): void {
    const { userId } = profile;
    let row = this.#rows.get(userId);
    if (row === undefined) row = { profile: openProfile(profile), totals: emptyTotals() };
    else absorb(row.profile, profile);
    this.#rows.delete(userId);
    this.#rows.set(userId, row);
    if (this.#rows.size > this.#maxUsers) this.#evictOldest();
  }

  /** The mutable totals of a user, or of no user. */
  totalsOf(userId: string | undefined): CallTotals {
    return userId === undefined ? this.#unattributed : (this.#rows.get(userId)?.totals ?? this.#evicted);
  }

  /** Applies an alias event. */
  addAlias(event: AliasEvent): void {
    const known = this.#aliases.get(event.from);
    if (known !== undefined && !isLaterAlias(event, known)) return;
    this.#aliases.delete(event.from);
    this.#aliases.set(event.from, event);
    if (this.#aliases.size > MAX_ALIASES) dropOldest(this.#aliases);
  }

  summaries(): readonly UserSummary[] {
    const nameOf = resolveAliases(this.#aliases.values());
    const people = new Map<string, { profile: Profile; totals: CallTotals }>();
    for (const [userId, { profile, totals }] of this.#rows) {
      const name = nameOf(userId);
      const person = people.get(name);
      const sum = person?.totals ?? emptyTotals();
      addTotals(sum, totals);
      people.set(name, {
        profile: person === undefined ? profile : mergeProfiles(person.profile, profile),
        totals: sum,
      });
    }
    const summaries: UserSummary[] = [];
    for (const [userId, { profile, totals }] of people) summaries.push(summarize(userId, profile, totals));
    return summaries.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  unattributed(): CallFigures {
    return figuresOf(this.#unattributed);
  }

  evicted(): EvictedFigures {
    return { ...figuresOf(this.#evicted), threads: this.#evictedThreads, evictions: this.#evictions };
  }

  /** Evicts the least recently used user. Its calls stay counted in the totals of all evicted users. */
  #evictOldest(): void {
    const [oldest] = this.#rows;
    if (oldest === undefined) return;
    const [userId, { totals }] = oldest;
    this.#rows.delete(userId);
    this.#evictions += 1;
    this.#evictedThreads += totals.threads.size;
    totals.threads.clear();
    addTotals(this.#evicted, totals);
    totals.evictedInto = this.#evicted;
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
