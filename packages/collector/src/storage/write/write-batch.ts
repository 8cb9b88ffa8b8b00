import type { Insert, Mutation } from '../engine/store.ts';
import { tableOfCall, writeCall } from './call-row.ts';
import type { CallRow } from './call-row.ts';
import { ProfileRows } from './profile-rows.ts';
import { removalOf } from './correction.ts';
import type { Correction } from './correction.ts';
import type { Removal } from './removals.ts';
import { RowBuffer } from './row-buffer.ts';
import { UsageDeltas } from './usage/usage-deltas.ts';

/** All changes of one batch to the store, decided once. */
export interface WriteBatch {
  readonly id: string;
  readonly inserts: readonly Insert[];
  /** Executed after the inserts. Each can be repeated. */
  readonly mutations: readonly Mutation[];
  /** As in {@link Removal}, for all mutations together. Absent without any. */
  readonly deletedBeforeMs?: number;
  /** The latest new or changed calls, for clients of the live feed. */
  readonly calls: readonly CallRow[];
}

/** Maximum number of calls per project in the live feed. */
const MAX_CALLS = 50;

/** Collects the changes of a batch and builds a {@link WriteBatch}. */
export class WriteBatchBuilder {
  readonly rows: RowBuffer = new RowBuffer();
  readonly usage: UsageDeltas = new UsageDeltas();
  readonly profiles: ProfileRows = new ProfileRows();
  readonly #mutations: Mutation[] = [];
  #deletedBeforeMs = 0;
  readonly #calls = new Map<string, CallRow[]>();
  readonly version: bigint;
  corrected = 0;
  counted = 0;

  constructor(version: bigint) {
    this.version = version;
  }

  /** Removes rows after the inserts of the batch. */
  remove({ mutations, deletedBeforeMs }: Removal): void {
    this.#mutations.push(...mutations);
    this.#deletedBeforeMs = Math.max(this.#deletedBeforeMs, deletedBeforeMs);
  }

  /** Corrects a call and its roll-ups. */
  correct(correction: Correction): void {
    const { before, after } = correction;
    this.move(correction);
    if (before !== undefined) this.usage.call(before, -1);
    if (after !== undefined) this.usage.call(after, 1);
  }

  /** Corrects a call. The caller corrects the roll-ups. */
  move(correction: Correction): void {
    const { before, after } = correction;
    const removal = removalOf(correction, this.version);
    if (removal !== undefined) writeCall(this.rows.of(tableOfCall(removal)), removal);
    if (before === undefined) this.counted++;
    else this.corrected++;
    if (after === undefined) return;
    writeCall(this.rows.of(tableOfCall(after)), after);
    this.#tell(after);
  }

  build(id: string): WriteBatch {
    // Profiles before figures, so that a reader who sees a user's calls also sees the user's name.
    this.profiles.writeTo(this.rows);
    this.usage.writeTo(this.rows, id);
    const calls = [...this.#calls.values()].flatMap((each) => each.slice(-MAX_CALLS));
    const mutations = this.#mutations;
    const deletedBeforeMs = mutations.length > 0 ? { deletedBeforeMs: this.#deletedBeforeMs } : {};
    return { id, inserts: this.rows.inserts(id), mutations, ...deletedBeforeMs, calls };
  }

  #tell(row: CallRow): void {
    const calls = this.#calls.get(row.project);
    if (calls === undefined) {
      this.#calls.set(row.project, [row]);
      return;
    }
    calls.push(row);
    if (calls.length === MAX_CALLS * 2) calls.splice(0, MAX_CALLS);
  }
}
