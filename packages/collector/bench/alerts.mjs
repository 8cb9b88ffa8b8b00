// What evaluating costs: `node packages/collector/bench/alerts.mjs [USERS] [RULES] [CHANGED]` after a build. USERS have
// used something on each of the last 30 days, RULES of several measures, windows and filters are about each user, and
// CHANGED users have a call in every round of five seconds. Prints the share of one core over the rounds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Alerting } from '../dist/alerts/alerting.js';
import { SecretBox } from '../dist/alerts/secret-box.js';
import { openStore } from '../dist/storage/engine/open-store.js';
import { storageOf } from '../dist/storage/storage.js';

const [users = 200_000, rules = 100, changed = 500] = process.argv.slice(2).map(Number);
// As the collector does: five seconds, ten times what a round took where that is longer, twenty at most.
const ROUND_MS = 5_000;
const restOf = ({ ms }) => Math.min(Math.max(ROUND_MS, ms * 10), 20_000);
const directory = await mkdtemp(join(tmpdir(), 'userspan-alerts-'));
const store = await openStore({ directory });
let nowMs = Date.now();
const DIMENSIONS = "'openai', concat('model-', toString(number % 5)), 'app', 'chat', 'bench', ['chat']";
const MEASURES = '1, 1, 0, 0, 1000, 200, 0, 0, 900000, toDecimal128(0.0125, 18)';
const COLUMNS =
  'provider, model, service, operation, scope, tags, calls, priced, errors, claimed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, duration_us, cost';
const fill = (table, unit, expression, count, per) =>
  store.execute(
    `INSERT INTO ${table} (project, ${unit}, user_id, ${COLUMNS}) SELECT 'default', ${expression}, concat('user ', toString(intDiv(number, ${per}))), ${DIMENSIONS}, ${MEASURES} FROM numbers(${count})`,
  );
try {
  const today = Math.floor(nowMs / 86_400_000);
  for (let day = 0; day < 30; day += 5)
    await fill('usage_day', 'day', `toUInt16(${today - day} - number % 5)`, users * 5, 5);
  await fill(
    'usage_hour',
    'hour',
    `toUInt32(${Math.floor(nowMs / 3_600_000) * 3600} - 3600 * (number % 5))`,
    users * 5,
    5,
  );
  await fill(
    'usage_minute',
    'minute',
    `toUInt32(${Math.floor(nowMs / 60_000) * 60} - 60 * (number % 60))`,
    users * 5,
    5,
  );
  const alerting = new Alerting({
    store: storageOf(store),
    clock: () => nowMs,
    box: new SecretBox('a key of 32 characters or more, yes'),
  });
  const windows = ['5m', '1h', '24h', '7d', '31d', 'day', 'week', 'month'];
  const measures = ['cost', 'calls', 'tokens', 'errorRate'];
  await alerting.configs.write(
    Array.from({ length: rules }, (_, at) => ({
      project: 'default',
      kind: 'rule',
      id: `rule-${at}`,
      value: {
        id: `rule-${at}`,
        name: `rule ${at}`,
        enabled: true,
        measure: measures[at % measures.length],
        of: 'user',
        filter: at % 3 === 0 ? { model: [`model-${at % 5}`] } : {},
        window: windows[at % windows.length],
        timeZone: at % 2 === 0 ? 'UTC' : 'Asia/Kathmandu',
        direction: 'above',
        thresholds: [{ severity: 'critical', value: '1000000' }],
        minimumCalls: 0,
        comparedToBefore: false,
        noData: 'zero',
        channels: [],
      },
    })),
  );
  const measure = async (task) => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await task();
    const { user, system } = process.cpuUsage(cpu);
    return { cpuMs: (user + system) / 1000, ms: performance.now() - start };
  };
  const first = await measure(() => alerting.tick());
  console.log(
    `first look at ${users} users by ${rules} rules: ${first.cpuMs.toFixed(0)} ms of a core, ${first.ms.toFixed(0)} ms`,
  );
  const rounds = [];
  for (let round = 0; round < 8; round += 1) {
    nowMs += ROUND_MS;
    const from = Math.floor(Math.random() * (users - changed));
    await store.execute(
      `INSERT INTO usage_minute (project, minute, user_id, ${COLUMNS}) SELECT 'default', toUInt32(${Math.floor(nowMs / 60_000) * 60}), concat('user ', toString(number + ${from})), ${DIMENSIONS}, ${MEASURES} FROM numbers(${changed})`,
    );
    await store.execute(
      `INSERT INTO usage_changes (batch, project, user_id) SELECT 'round ${round}', 'default', concat('user ', toString(number + ${from})) FROM numbers(${changed})`,
    );
    rounds.push(await measure(() => alerting.tick()));
    console.log(
      `round ${round}: ${rounds.at(-1)?.cpuMs.toFixed(0)} ms of a core, ${rounds.at(-1)?.ms.toFixed(0)} ms`,
    );
  }
  const cpu = rounds.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const sum = cpu.reduce((all, each) => all + each, 0);
  const timeMs = rounds.reduce((all, round) => all + round.ms + restOf(round), 0);
  console.log(
    `${changed} users changed between two rounds: median ${cpu[4]?.toFixed(0)} ms of a core a round, ` +
      `${((sum / timeMs) * 100).toFixed(1)} % of one core on the average`,
  );
  await alerting.stop();
} finally {
  await store.close();
  await rm(directory, { recursive: true, force: true });
}
