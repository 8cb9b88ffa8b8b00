import type { Insert, Mutation } from '../engine/store.ts';
import { tableOfCall, writeCall } from './call-row.ts';
import type { CallRow } from './call-row.ts';
import { ProfileRows } from './profile-rows.ts';
import { removalOf } from './correction.ts';
import type { Correction } from './correction.ts';
import { RowBuffer } from './row-buffer.ts';
import { UsageDeltas } from './usage/usage-deltas.ts';

/** Everything that one batch changes in the store, decided once. */
export interface WriteBatch {
  readonly id: string;
  readonly inserts: readonly Insert[];
  /** Carried out after the inserts. Each can be repeated. */
  readonly mutations: readonly Mutation[];
  /** The latest of the calls that are new or changed, for the watchers. */
  readonly calls: readonly CallRow[];
}

/** Calls of each project that watchers are sent. */
const MAX_CALLS = 50;

/** Gathers what a batch changes, and builds a {@link WriteBatch} of it. */
export class WriteBatchBuilder {
  readonly rows: RowBuffer = new RowBuffer();
  readonly usage: UsageDeltas = new UsageDeltas();
  readonly profiles: ProfileRows = new ProfileRows();
  readonly mutations: Mutation[] = [];
  readonly #calls = new Map<string, CallRow[]>();
  readonly version: bigint;
  corrected = 0;
  counted = 0;

  constructor(version: bigint) {
    this.version = version;
  }

  /** Corrects a call, and the roll-ups with it. */
  correct(correction: Correction): void {
    const { before, after } = correction;
    this.move(correction);
    if (before !== undefined) this.usage.call(before, -1);
    if (after !== undefined) this.usage.call(after, 1);
  }

  /** Corrects a call without its roll-ups, which the caller corrects. */
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
    // Figures last, so that a reader who sees a user's calls also sees the name.
    this.profiles.writeTo(this.rows);
    this.usage.writeTo(this.rows, id);
    const calls = [...this.#calls.values()].flatMap((each) => each.slice(-MAX_CALLS));
    return { id, inserts: this.rows.inserts(id), mutations: this.mutations, calls };
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
