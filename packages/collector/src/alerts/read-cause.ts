import { fromUnits } from '@userspan/ledger';
import type { CallFilter } from '../storage/read/query/filters.ts';
import type { Storage } from '../storage/storage.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import { NO_SUMS } from '../storage/read/alerting/window-sums.ts';
import type { WindowSums } from '../storage/read/alerting/window-sums.ts';
import type { AlertCause, AlertEvent } from './alert-event.ts';
import { addWindowSums } from './measure.ts';
import type { AlertMeasure } from './measure.ts';
import type { AlertSubject } from './rule.ts';
import { callFilterOf } from './subject-reader.ts';
import { parseWindow, spanBefore } from './window.ts';

const SUMS = ['calls', 'cost', 'tokens', 'errors'] as const;

/** What a model or tag contributes to the figure of a measure; for other measures, its calls. */
const WEIGHT_OF: Readonly<Partial<Record<AlertMeasure, (sums: WindowSums) => bigint>>> = {
  tokens: ({ tokens }) => tokens,
  errors: ({ errors }) => errors,
  errorRate: ({ errors }) => errors,
  cost: ({ cost }) => cost,
};

/** Reads which model and tag contribute most to the figure of an event, and how many calls the window before had. */
export async function readCause(
  store: Pick<Storage, 'alerting'>,
  directory: UserDirectory,
  event: AlertEvent,
): Promise<AlertCause> {
  const { rule, subject, span } = event;
  const filter = filterOf(event);
  const users = userIdsOf(rule.of, subject, directory);
  const request = {
    project: event.project,
    series: [
      { span, filter, sums: SUMS },
      { span: spanBefore(parseWindow(rule.window, rule.timeZone), span), filter, sums: SUMS },
    ],
    ...(users === undefined ? {} : { userIds: users }),
  };
  const models = await store.alerting.readWindowSums({ ...request, by: 'model' });
  const tags = await store.alerting.readWindowSums({ ...request, by: 'tag' });
  // A call has one model, but may have several tags: only models add up to all calls.
  const now = addUp(models, 0);
  const before = addUp(models, 1);
  const weigh = WEIGHT_OF[rule.measure] ?? (({ calls }) => calls);
  const model = rule.of === 'model' ? undefined : topOf(models, weigh, weigh(now));
  const tag = rule.of === 'tag' ? undefined : topOf(tags, weigh, weigh(now));
  return {
    calls: Number(now.calls),
    callsBefore: Number(before.calls),
    costBefore: fromUnits(before.cost),
    ...(model === undefined ? {} : { model }),
    ...(tag === undefined ? {} : { tag }),
  };
}

/** The calls that the rule compares, of the subject if calls can be filtered by it. */
function filterOf({ rule, subject }: AlertEvent): CallFilter {
  const filter = callFilterOf(rule.filter);
  const isOfCalls = rule.of === 'model' || rule.of === 'service' || rule.of === 'tag';
  return isOfCalls ? { ...filter, [rule.of]: [subject] } : filter;
}

/** The ids of the users that the subject is or contains; `undefined` for all calls. */
function userIdsOf(
  of: AlertSubject,
  subject: string,
  directory: UserDirectory,
): readonly string[] | undefined {
  if (of === 'user') return directory.idsOf(subject);
  if (of !== 'group') return undefined;
  return directory.membersOf(new Set([subject])).flatMap((id) => [...directory.idsOf(id)]);
}

/** The sum of each key's series at this position. */
function addUp(rows: ReadonlyMap<string, readonly WindowSums[]>, at: number): WindowSums {
  return [...rows.values()].reduce((all, sums) => addWindowSums(all, sums[at] ?? NO_SUMS), NO_SUMS);
}

/** The name with the largest weight, and its share of the whole; `undefined` if nothing has a weight. */
function topOf(
  rows: ReadonlyMap<string, readonly WindowSums[]>,
  weigh: (sums: WindowSums) => bigint,
  whole: bigint,
): AlertCause['model'] {
  const [first] = [...rows]
    .map(([name, sums]) => ({ name, weight: weigh(sums[0] ?? NO_SUMS) }))
    .filter(({ name, weight }) => name !== '' && weight > 0n)
    .sort((a, b) => (a.weight < b.weight ? 1 : -1));
  if (first === undefined || whole === 0n) return undefined;
  return { name: first.name, share: Number((first.weight * 10_000n) / whole) / 10_000 };
}
