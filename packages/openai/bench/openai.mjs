// Measures what instrumentations of `openai` add to a call in the application's process.
//
//   node packages/openai/bench/openai.mjs [--rounds 25] [--warm-up 1200] [--no-metrics] [--in-context] [--identify] [--socket] [--no-exports]
//                                         [--contenders bare,posthog,userspan] [--openai 6,7] [--cold 7]
//
// Run it with the version of Node to measure. V8 has its default flags. Each contender is a separate process with a
// typical OpenTelemetry SDK set-up (batch processor, meter provider, Userspan's user processor). `fetch` is a function in
// the process, so that small differences are visible. With `--socket` it is the platform's `fetch`, and a server in another
// process answers. Each contender runs on the newest `openai` that it supports, and is compared with the bare client of
// the same version. Contenders take turns of about ten milliseconds, in a different order in each round, so that other load
// on the machine affects all of them.
//
// Figures are medians over the rounds of the difference to the bare client of the same round. `cpu` is the processor time
// of the process with all its threads (compiler, garbage collector), `wall` the time that a call takes.
//
// A stream has 200 chunks and is measured twice: if the caller requests usage, and if not. Without a request OpenAI sends no
// usage, so @userspan/openai requests it, which makes each chunk longer, and removes it from what the caller gets.
//
// `floor` is the SDK alone: a span with the same attributes as Userspan's, with constant values, and the same metrics.
// `context` is the SDK's context manager alone: the request runs in a context, but nothing is recorded.
//
// `--in-context` runs everything, including the bare client, in an active context, as below a server span. Without it, the
// first context that an instrumentation enters turns on async hooks in Node 20 and 22, which the bare client never does.
// `--no-exports` drops ended spans in a processor of the bench. The SDK's batch processor enters a context for each export,
// and so turns on the hooks itself. With `--socket --no-exports`, nothing does but the contender: with the platform's `fetch`
// nothing can see the context of a call, and Userspan enters none.
// `--identify` makes each call of Userspan inside `identify`.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const contenderFile = fileURLToPath(new URL('../../../test/openai-peers/contender.mjs', import.meta.url));
const serverFile = fileURLToPath(new URL('../../../test/openai-peers/server.mjs', import.meta.url));
/** The majors of `openai` for each contender: the newest that it supports, and two for Userspan. */
const MAJORS = {
  bare: [6, 7],
  posthog: [6],
  traceloop: [6],
  opentelemetry: [6],
  langfuse: [7],
  userspan: [6, 7],
  floor: [6, 7],
  context: [6, 7],
};
/** Contenders that are no instrumentations: the bare client, and the minimum that the SDK takes. */
const REFERENCES = new Set(['bare', 'floor', 'context']);
/** Number of operations in one measurement. */
const COUNTS = { call: 100, counted: 10, uncounted: 10, bytes: 100 };
/** Warm-up iterations of streams, as a share of those of calls. */
const STREAMS_TO_CALLS = 0.1;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '25' },
    'warm-up': { type: 'string', default: '1200' },
    metrics: { type: 'boolean', default: true },
    'in-context': { type: 'boolean', default: false },
    identify: { type: 'boolean', default: false },
    socket: { type: 'boolean', default: false },
    exports: { type: 'boolean', default: true },
    contenders: { type: 'string', default: Object.keys(MAJORS).join(',') },
    openai: { type: 'string', default: '6,7' },
    cold: { type: 'string', default: '7' },
  },
  allowNegative: true,
});
const rounds = Number(values.rounds);
const warmUp = Number(values['warm-up']);
const majors = values.openai.split(',').map(Number);

installWhatIsMissing();
const server = fork(serverFile);
const [port] = await once(server, 'message');
const entries = values.contenders
  .split(',')
  .flatMap((contender) =>
    MAJORS[contender]
      .filter((major) => majors.includes(major))
      .map((major) => ({ contender, openai: major })),
  );
console.log(
  [
    `Node ${process.version}, ${cpus().length} cores`,
    values.socket ? 'a server on a socket' : 'a fetch in the process',
    values.metrics ? 'with a meter provider' : 'without a meter provider',
    values['in-context'] ? 'inside a context' : 'outside of any context',
    values.exports ? undefined : 'without exports',
    values.identify ? 'userspan in the scope of a user' : undefined,
    `warmed up by ${warmUp} calls, medians of ${rounds} rounds`,
  ]
    .filter((part) => part !== undefined)
    .join('; '),
);
try {
  if (rounds > 0) reportWarm(await measureWarm());
  if (Number(values.cold) > 0) reportCold(await measureCold(Number(values.cold)));
} finally {
  server.kill();
}

async function measureWarm() {
  const runs = [];
  for (const entry of entries) {
    runs.push({
      ...entry,
      child: await start(entry),
      figures: { call: [], counted: [], uncounted: [], bytes: [] },
    });
  }
  for (const run of runs) {
    run.recorded = await ask(run.child, 'recorded', 1);
    // Warms up streams and calls together, as in an application.
    for (let done = 0; done < warmUp; done += 100) {
      await ask(run.child, 'call', Math.min(100, warmUp - done));
      const streams = Math.round(Math.min(100, warmUp - done) * STREAMS_TO_CALLS);
      await ask(run.child, 'counted', streams / 2);
      await ask(run.child, 'uncounted', streams / 2);
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [task, count] of Object.entries(COUNTS)) {
      for (let index = 0; index < runs.length; index += 1) {
        const { child, figures } = runs[(index + round) % runs.length];
        figures[task].push(await ask(child, task, count));
      }
    }
  }
  for (const { child } of runs) child.kill();
  return runs;
}

function reportWarm(runs) {
  console.log(
    '\n                     µs a call: wall  cpu  ratio | KB a call | µs a stream: wall  cpu | usage not asked for: wall  cpu | spans, attributes',
  );
  const rows = [];
  for (const run of runs) {
    const bare = runs.find(({ contender, openai }) => contender === 'bare' && openai === run.openai);
    if (bare === undefined) continue;
    const isBare = bare === run;
    const added = (task, field) => {
      const take = (figure) => (field === undefined ? figure : figure[field]);
      const own = run.figures[task].map(take);
      return median(isBare ? own : own.map((value, round) => value - take(bare.figures[task][round])));
    };
    const row = {
      run,
      call: added('call', 'wall'),
      callCpu: added('call', 'cpu'),
      bytes: added('bytes'),
      stream: added('counted', 'wall'),
      streamCpu: added('counted', 'cpu'),
      uncounted: added('uncounted', 'wall'),
      uncountedCpu: added('uncounted', 'cpu'),
    };
    const ratio = isBare ? 1 : 1 + row.call / median(bare.figures.call.map(({ wall }) => wall));
    const { spans, attributes } = run.recorded;
    console.log(
      `${(isBare ? '' : '+ ').concat(run.contender, ` (openai ${run.openai})`).padEnd(26)}${number(row.call, 10)}${number(row.callCpu, 5)}${ratio.toFixed(2).padStart(7)} |` +
        `${(row.bytes / 1024).toFixed(1).padStart(10)} |${number(row.stream, 18)}${number(row.streamCpu, 5)} |` +
        `${number(row.uncounted, 26)}${number(row.uncountedCpu, 5)} | ${spans}, ${attributes}`,
    );
    if (!isBare) rows.push(row);
  }
  reportGoals(rows);
}

/** The goals of this package, which every run checks. */
function reportGoals(rows) {
  const ours = rows.filter(({ run }) => run.contender === 'userspan');
  const rivals = rows.filter(({ run }) => run.contender !== 'userspan' && !REFERENCES.has(run.contender));
  const limits = { call: 40, bytes: (values.metrics ? 10 : 8) * 1024, stream: 170 };
  for (const row of ours) {
    for (const [figure, limit] of Object.entries(limits)) {
      const best = Math.min(...rivals.map((rival) => rival[figure]));
      if (row[figure] > limit) miss(`${figure} ${Math.round(row[figure])} is over ${limit}`);
      if (row[figure] > best)
        miss(`${figure} ${Math.round(row[figure])} is over the best rival's ${Math.round(best)}`);
    }
    function miss(text) {
      console.log(`goal missed, openai ${row.run.openai}: ${text}`);
    }
  }
}

/** Measures the import, the set-up and the first call in new processes, in which no code is compiled yet. */
async function measureCold(times) {
  const runs = [];
  for (const entry of entries) {
    runs.push({ ...entry, figures: [] });
    if (entry.contender === 'userspan') runs.push({ ...entry, contender: 'register', figures: [] });
  }
  for (let time = 0; time < times; time += 1) {
    for (const run of runs) {
      const child = await start(run);
      run.figures.push(await ask(child, 'cold', 1));
      child.kill();
    }
  }
  return runs;
}

function reportCold(runs) {
  console.log('\ncold process, ms            openai | import and set-up | register() | first call');
  for (const { contender, openai, figures } of runs) {
    const of = (name) =>
      figures[0][name] === undefined ? '–' : median(figures.map((f) => f[name])).toFixed(1);
    console.log(
      `${`${contender} (openai ${openai})`.padEnd(26)}${of('openaiMs').padStart(8)} |${of('allMs').padStart(18)} |` +
        `${of('setUpMs').padStart(11)} |${of('firstCallMs').padStart(11)}`,
    );
  }
}

async function start(entry) {
  const settings = {
    ...entry,
    baseURL: `http://127.0.0.1:${port}/v1`,
    hasMetrics: values.metrics,
    isInContext: values['in-context'],
    isIdentified: values.identify,
    isOnSocket: values.socket,
    hasExports: values.exports,
  };
  const child = fork(contenderFile, [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [ready] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (ready !== 'ready') throw new Error(`${entry.contender} does not run here`);
  return child;
}

async function ask(child, task, count) {
  child.send({ task, count });
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`a process ended in ${task}`));
    child.once('exit', onExit);
    child.once('message', ({ figure }) => {
      child.off('exit', onExit);
      resolve(figure);
    });
  });
}

/** Installs the other packages, because `npm start` installs only what the examples need. */
function installWhatIsMissing() {
  const isInstalled = () => {
    try {
      const require = createRequire(contenderFile);
      for (const name of ['openai', 'openai-7', '@posthog/ai/openai']) require.resolve(name);
      return true;
    } catch {
      return false;
    }
  };
  const run = (...args) =>
    execFileSync('npx', ['--yes', 'pnpm@10.34.9', ...args], { cwd: root, stdio: 'inherit' });
  if (!isInstalled()) run('install', '--frozen-lockfile', '--prefer-offline');
  if (!existsSync(`${root}packages/node/dist/index.js`)) run('exec', 'tsc', '-b');
}

function number(value, width) {
  return Math.round(value).toString().padStart(width);
}

function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
