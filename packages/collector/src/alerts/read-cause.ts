import type { Storage } from '../storage/storage.ts';
import type { AlertingReader } from '../storage/read/alerting/alerting-reader.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import { NO_SUMS } from '../storage/read/alerting/window-sums.ts';
import type { SumsBy, WindowSums } from '../storage/read/alerting/window-sums.ts';
import { fromUnits } from '@userspan/ledger';
import type { AlertCause, AlertEvent } from './alert-event.ts';
import { addWindowSums } from './measure.ts';
import { callFilterOf } from './subject-reader.ts';
import { parseWindow, spanBefore } from './window.ts';

const SUMS = ['calls', 'cost', 'tokens', 'errors'] as const;

/** Reads which model and tag contribute most to the figure of an event, and how many calls the window before had. */
export async function readCause(
  store: Pick<Storage, 'alerting'>,
  directory: UserDirectory,
  event: AlertEvent,
): Promise<AlertCause> {
  const { rule, subject, span } = event;
  const filter = {
    ...callFilterOf(rule.filter),
    ...(rule.of === 'model' || rule.of === 'service' || rule.of === 'tag' ? { [rule.of]: [subject] } : {}),
  };
  const users =
    rule.of === 'user'
      ? directory.idsOf(subject)
      : rule.of === 'group'
        ? directory.membersOf(new Set([subject])).flatMap((id) => [...directory.idsOf(id)])
        : undefined;
  const before = spanBefore(parseWindow(rule.window, rule.timeZone), span);
  const read = (by: SumsBy): ReturnType<AlertingReader['readWindowSums']> =>
    store.alerting.readWindowSums({
      project: event.project,
      by,
      series: [
        { span, filter, sums: SUMS },
        { span: before, filter, sums: SUMS },
      ],
      ...(users === undefined ? {} : { userIds: users }),
    });
  const models = await read('model');
  const tags = await read('tag');
  const add = (at: number): WindowSums =>
    [...models.values()].reduce((all, sums) => addWindowSums(all, sums[at] ?? NO_SUMS), NO_SUMS);
  const now = add(0);
  const then = add(1);
  const weigh = (sums: WindowSums): bigint =>
    rule.measure === 'tokens'
      ? sums.tokens
      : rule.measure === 'errors' || rule.measure === 'errorRate'
        ? sums.errors
        : rule.measure === 'cost'
          ? sums.cost
          : sums.calls;
  const top = (rows: ReadonlyMap<string, readonly WindowSums[]>): AlertCause['model'] => {
    const [first] = [...rows]
      .map(([name, sums]) => ({ name, weight: weigh(sums[0] ?? NO_SUMS) }))
      .filter(({ name, weight }) => name !== '' && weight > 0n)
      .sort((a, b) => (a.weight < b.weight ? 1 : -1));
    const whole = weigh(now);
    return first === undefined || whole === 0n
      ? undefined
      : { name: first.name, share: Number((first.weight * 10_000n) / whole) / 10_000 };
  };
  const model = rule.of === 'model' ? undefined : top(models);
  const tag = rule.of === 'tag' ? undefined : top(tags);
  return {
    calls: Number(now.calls),
    callsBefore: Number(then.calls),
    costBefore: fromUnits(then.cost),
    ...(model === undefined ? {} : { model }),
    ...(tag === undefined ? {} : { tag }),
  };
}
