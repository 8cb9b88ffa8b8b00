import type { BudgetShare } from '../byte-budget.ts';
import { encodeClientSpans } from '../client-span.ts';
import type { WalLoss } from '../../wal/open-wal-directory.ts';
import type { Intake } from '../intake.ts';
import { refuse, type Refusal } from '../outcome.ts';
import type { LunarySender, ReceivedEvent } from './lunary-run.ts';
import { OpenRuns, type ReadySpan } from './open-runs.ts';
import { RunJournal } from './run-journal.ts';

const RETRY_MS = 1_000;
const FORGET_MS = 60_000;
const SPANS_PER_REQUEST = 500;
/** Spans are already protobuf, so nothing more is taken from the budget. */
const NO_SHARE: BudgetShare = {
  limitBytes: 0,
  grow: () => true,
  arrived: () => undefined,
  release: () => undefined,
};

/**
 * Receives the events of Lunary's clients. Events are durable in the journal before they are acknowledged, and are
 * removed when their spans are durable in the write-ahead log. After a crash in between, a span is sent again with the
 * same ids.
 */
export class LunaryIntake {
  readonly #intake: Intake;
  readonly #runs: OpenRuns;
  readonly #journal: RunJournal;
  readonly #timer: NodeJS.Timeout;
  #forgottenAtMs = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(intake: Intake, runs: OpenRuns, journal: RunJournal) {
    this.#intake = intake;
    this.#runs = runs;
    this.#journal = journal;
    this.#timer = setInterval(() => void this.#send(), RETRY_MS).unref();
  }

  /** `onLoss` is called for damaged parts of the journal. */
  static async open(dir: string, intake: Intake, onLoss: (loss: WalLoss) => void): Promise<LunaryIntake> {
    const runs = new OpenRuns();
    const journal = await RunJournal.open(dir, runs, Date.now(), onLoss);
    const lunary = new LunaryIntake(intake, runs, journal);
    await lunary.#send();
    return lunary;
  }

  /** Resolves when the events are durable, or with the reason for refusing them. Repeated events are ignored. */
  async receive(events: readonly ReceivedEvent[]): Promise<Refusal | undefined> {
    try {
      await this.#journal.append(events);
    } catch (error) {
      return refuse(
        'unavailable',
        `the journal of runs: ${error instanceof Error ? error.message : 'failed'}`,
      );
    }
    await this.#send();
    return undefined;
  }

  /** Removes all records of some users of a project from the journal. */
  async erase(project: string, userIds: ReadonlySet<string>): Promise<void> {
    this.#runs.erase(project, userIds);
    await this.#journal.rewrite();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    await this.#journal.close();
  }

  /** Sends ready spans. Runs one at a time, so that no span is sent twice, and retries temporary refusals. */
  #send(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#sendReady()).catch(() => undefined);
    return this.#sending;
  }

  async #sendReady(): Promise<void> {
    const nowMs = Date.now();
    for (const spans of batchesOf(this.#runs.ready(nowMs))) {
      const [{ project, claimed }] = spans;
      const body = encodeClientSpans(
        'lunary',
        spans.map(({ span }) => span),
      );
      const outcome = await this.#intake.receive({
        signal: 'traces',
        encoding: 'protobuf',
        body,
        project,
        claimed,
        share: NO_SHARE,
      });
      if (outcome.taken) {
        const keys = spans.map(({ key }) => key);
        await this.#journal.done(keys);
      }
    }
    if (nowMs - this.#forgottenAtMs > FORGET_MS) {
      this.#forgottenAtMs = nowMs;
      this.#runs.forget(nowMs);
    }
  }
}

/** Groups spans by sender. */
function batchesOf(spans: readonly ReadySpan[]): (readonly [ReadySpan, ...ReadySpan[]])[] {
  const batches: [ReadySpan, ...ReadySpan[]][] = [];
  const last = new Map<string, [ReadySpan, ...ReadySpan[]]>();
  for (const span of spans) {
    const sender = senderKey(span);
    const batch = last.get(sender);
    if (batch !== undefined && batch.length < SPANS_PER_REQUEST) {
      batch.push(span);
    } else {
      const next: [ReadySpan, ...ReadySpan[]] = [span];
      batches.push(next);
      last.set(sender, next);
    }
  }
  return batches;
}

function senderKey({ project, claimed }: LunarySender): string {
  return `${claimed} ${project}`;
}
