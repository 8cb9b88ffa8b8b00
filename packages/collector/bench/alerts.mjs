// Measures the evaluation of alert rules: `node packages/collector/bench/alerts.mjs [USERS] [RULES] [CHANGED] [DIR]` after
// a build. USERS is the number of users with calls on each of the last 30 days. RULES is the number of rules, with all
// measures and windows, for each user, group, model and tag. CHANGED users get a call before every round. Prints the share
// of one core, and the longest time from a call to its evaluation. With DIR, the store is kept there for the next run.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Alerting } from '../dist/alerts/alerting.js';
import { SecretBox } from '../dist/alerts/secret-box.js';
import { openStore } from '../dist/storage/engine/open-store.js';
import { storageOf } from '../dist/storage/storage.js';

const [, , userCount = '200000', ruleCount = '100', changedCount = '500', kept] = process.argv;
const [users, rules, changed] = [userCount, ruleCount, changedCount].map(Number);
// The pause between rounds, as in the collector: 12 times the duration of a round, at least 5 and at most 22 seconds.
const ROUND_MS = 5_000;
const MAX_ROUND_MS = 22_000;
const restOf = ({ ms }) => Math.round(Math.min(Math.max(ROUND_MS, ms * 15), MAX_ROUND_MS));
const ROUNDS = 16;
const MINUTE_MS = 60_000;
const DAYS = 30;
const GROUP_SIZE = 20;
/** One of this many users spends a hundred times as much as others, so that rules fire. */
const HEAVY = 2_000;

const directory = kept ?? (await mkdtemp(join(tmpdir(), 'userspan-alerts-')));
const filled = join(directory, `filled-${users}`);
await mkdir(directory, { recursive: true });
const startMs = Date.now();
const seconds = () => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
const store = await openStore({ directory: join(directory, 'store') });
let nowMs = Date.now();

const DIMENSIONS =
  "'openai' AS provider, concat('model-', toString(n % 5)) AS model, 'app' AS service, 'chat' AS operation, 'bench' AS scope, [concat('tag-', toString(n % 7))] AS tags";
const MEASURES = `1 AS calls, 1 AS priced, 0 AS errors, 0 AS claimed, 1000 AS input_tokens, 200 AS output_tokens, 0 AS cached_tokens,
  0 AS reasoning_tokens, 900000 AS duration_us, toDecimal128(if(n % ${HEAVY} = 0, 1.25, 0.0125), 18) AS cost`;
const COLUMNS =
  'provider, model, service, operation, scope, tags, calls, priced, errors, claimed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, duration_us, cost';
const SUMS = COLUMNS.split(', ')
  .slice(6)
  .map((name) => `sum(${name})`)
  .join(', ');

/** Adds one call for each user in `numbers`. `at` is the SQL for its time in seconds, from the user's number `n`. */
async function addCalls(numbers, at) {
  const calls = `(SELECT n, ${at} AS second, concat('user ', toString(n)) AS id, ${DIMENSIONS}, ${MEASURES} FROM (SELECT number AS n FROM ${numbers}))`;
  const totals = COLUMNS.split(', ').slice(0, 6).join(', ');
  for (const [unit, of, usageTable, totalsTable] of [
    ['day', 'toUInt16(intDiv(second, 86400))', 'usage_day', undefined],
    ['quarter', 'toUInt32(intDiv(second, 900) * 900)', undefined, 'totals_quarter'],
    ['minute', 'toUInt32(intDiv(second, 60) * 60)', 'usage_by_minute', 'totals_by_minute'],
  ]) {
    if (usageTable !== undefined) {
      await store.execute(
        `INSERT INTO ${usageTable} (project, ${unit}, user_id, ${COLUMNS}) SELECT 'default', ${of}, id, ${COLUMNS} FROM ${calls}`,
      );
    }
    if (totalsTable !== undefined) {
      await store.execute(
        `INSERT INTO ${totalsTable} (project, ${unit}, attributed, ${COLUMNS}) SELECT 'default', ${of} AS at, 1, ${totals}, ${SUMS} FROM ${calls} GROUP BY at, ${totals}`,
      );
    }
  }
}

async function fill() {
  const second = Math.floor(nowMs / 1000) - 120;
  await store.execute(
    `INSERT INTO profiles (project, user_id, first_ns, last_ns, group) SELECT 'default', concat('user ', toString(number)), 1, 2, concat('1', leftPad('1', 19, '0'), '"group ', toString(intDiv(number, ${GROUP_SIZE})), '"') FROM numbers(${users})`,
  );
  for (let day = 0; day < DAYS; day += 1) {
    // The calls are distributed over the day.
    await addCalls(`numbers(${users})`, `${second - day * 86_400} - (n * 7919) % 80000`);
    if (day % 10 === 9) console.log(`${day + 1} days are filled after ${seconds()}`);
  }
  await writeFile(filled, '');
}

const WINDOWS = ['5m', '1h', '24h', '7d', '31d', 'day', 'week', 'month'];
const SUM_MEASURES = ['cost', 'calls', 'tokens', 'errors', 'errorRate', 'unpriced'];
const SUBJECTS = ['user', 'user', 'group', 'user', 'model', 'user', 'tag', 'user', 'group', 'user'];

function ruleOf(at) {
  const of = SUBJECTS[at % SUBJECTS.length];
  const measure = at % 25 === 7 ? 'latencyP95' : SUM_MEASURES[at % SUM_MEASURES.length];
  return {
    id: `rule-${at}`,
    name: `rule ${at}`,
    enabled: true,
    measure,
    of,
    filter: at % 3 === 0 && of !== 'model' ? { model: [`model-${at % 5}`] } : {},
    window: measure === 'latencyP95' ? '1h' : WINDOWS[Math.floor(at / 3) % WINDOWS.length],
    timeZone: at % 2 === 0 ? 'UTC' : 'Asia/Kathmandu',
    direction: 'above',
    thresholds: [{ severity: 'critical', value: measure === 'cost' && of === 'user' ? '0.9' : '1000000' }],
    minimumCalls: 0,
    comparedToBefore: at % 20 === 11,
    noData: 'zero',
    channels: [],
  };
}

try {
  if (!existsSync(filled)) await fill();
  console.log(`${users} users are there after ${seconds()}`);
  const alerting = new Alerting({
    store: storageOf(store),
    clock: () => nowMs,
    box: new SecretBox('a key of 32 characters or more, yes'),
  });
  await alerting.configs.write(
    Array.from({ length: rules }, (_, at) => ({
      project: 'default',
      kind: 'rule',
      id: `rule-${at}`,
      value: ruleOf(at),
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
    `first evaluation of ${users} users by ${rules} rules: ${first.cpuMs.toFixed(0)} ms of a core, ${first.ms.toFixed(0)} ms`,
  );
  const measured = [];
  let last = { cpuMs: 0, ms: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const isNewMinute = Math.floor(nowMs / MINUTE_MS) !== Math.floor((nowMs + restOf(last)) / MINUTE_MS);
    nowMs += restOf(last);
    const from = Math.floor(Math.random() * (users - changed));
    await addCalls(`numbers(${from}, ${changed})`, String(Math.floor(nowMs / 1000)));
    await store.execute(
      `INSERT INTO usage_changes (batch, project, user_id) SELECT 'round ${nowMs}', 'default', concat('user ', toString(number + ${from})) FROM numbers(${changed})`,
    );
    last = await measure(() => alerting.tick());
    measured.push({ ...last, isNewMinute });
    console.log(
      `round ${round}: ${last.cpuMs.toFixed(0)} ms of a core, ${last.ms.toFixed(0)} ms${isNewMinute ? ', a new minute' : ''}`,
    );
  }
  const cpu = measured.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const sum = cpu.reduce((all, each) => all + each, 0);
  const timeMs = measured.reduce((all, round) => all + round.ms + restOf(round), 0);
  // A call waits for the end of the current round, for the pause, and for the round that evaluates it.
  const waits = measured.slice(1).map(({ ms }, at) => measured[at].ms + restOf(measured[at]) + ms);
  console.log(
    `${changed} users changed between two rounds: median ${cpu[Math.floor(cpu.length / 2)].toFixed(0)} ms of a core a round, ` +
      `${((sum / timeMs) * 100).toFixed(1)} % of one core on the average, ` +
      `evaluated ${(Math.max(...waits) / 1000).toFixed(1)} s after a call at most`,
  );
  await alerting.stop();
} finally {
  await store.close();
  if (kept === undefined) await rm(directory, { recursive: true, force: true });
}
