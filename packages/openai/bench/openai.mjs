// What one call costs in the application's process, next to the bare client and to what a user would pick instead.
//
//   pnpm build && node packages/openai/bench/openai.mjs [rounds [contender,…]]
//
// Each contender has a process of its own, because all of them patch the same class, and a process with the bare client
// beside it, which does exactly as much: both age alike. They take turns of some milliseconds (bare, contender,
// contender, bare), so that whatever else the machine does hits both. What is added is the median of the differences
// within a pair; all is done with several pairs, warmed up until they are steady, and a figure is the median of them.
// How far pairs are apart is printed too. The compiler and the garbage collector run in turn with the program, not beside
// it: their threads wait for each other on a busy machine, and that counts as time of the processor.
//
// Without the guess of V8 which objects get old (`--no-allocation-site-pretenuring`): it makes it once, from the first
// streams, and where it is wrong, as for those that the client makes for each chunk, they are old garbage that keeps
// young garbage alive. A stream is then dearer by 200 to 500 µs for as long as the process lives, in about one process
// of two, with the bare client as with any contender (`--trace-pretenuring-statistics` shows it): luck, not a cost.
//
// A stream is measured twice: where the caller asks for its usage, so that all have the same to read and record, and
// where nobody does. Then @userspan/openai asks, which makes each chunk longer by `"usage":null` for the client to read,
// and keeps from the caller what comes of it; the others record none.
// `+metrics` is the same with a meter provider; the others run without one, as do their bare clients.
//
// `fetch` is a function in the process: nothing is measured but the library and what is put on top.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 4);
const worker = fileURLToPath(new URL('../../../test/openai-peers/contender.mjs', import.meta.url));
const peers = ['opentelemetry', 'openinference', 'traceloop', 'langfuse'];
const chosen = process.argv[3]?.split(',') ?? [
  'userspan',
  'userspan+metrics',
  ...(isInstalled() ? peers : []),
];
const SETS = 6;
const FLAGS = [
  '--min-semi-space-size=16',
  '--no-concurrent-recompilation',
  '--single-threaded-gc',
  '--no-allocation-site-pretenuring',
];
/** What one turn does. */
const TURNS = { call: 200, asking: 25, unasking: 25, bytes: 200 };
/** Turns before the first that counts: the compiler is done after some six thousand calls. */
const WARM_UP_TURNS = 30;
const LIMITS = { call: 40, bytes: 8 * 1024, asking: 170, unasking: 170 };
const VERSION = createRequire(worker)('openai/version').VERSION;

/** What each pair of processes says: what was added, and what the bare client took. */
const added = new Map(chosen.map((name) => [name, noFigures()]));
const bare = noFigures();
const works = new Map();
for (let set = 0; set < SETS; set += 1) await runSet(set);
report();

async function runSet(set) {
  const pairs = [];
  for (const name of chosen) pairs.push({ name, ours: await start(name), bare: await start('bare') });
  for (const { name, ours, bare: twin } of pairs) {
    works.set(name, await ask(ours, 'work'));
    await Promise.all([warmUp(ours), warmUp(twin)]);
  }
  const turns = pairs.map(() => ({ added: noFigures(), bare: noFigures() }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [task, count] of Object.entries(TURNS)) {
      for (let index = 0; index < pairs.length; index += 1) {
        // Another one begins in each round.
        const at = (index + round + set) % pairs.length;
        const spent = { bare: 0, ours: 0 };
        for (const who of ['bare', 'ours', 'ours', 'bare'])
          spent[who] += await ask(pairs[at][who], task, count);
        turns[at].added[task].push((spent.ours - spent.bare) / 2);
        turns[at].bare[task].push(spent.bare / 2);
      }
    }
  }
  for (const [at, { name }] of pairs.entries()) {
    for (const task of Object.keys(TURNS)) {
      added.get(name)[task].push(median(turns[at].added[task]));
      bare[task].push(median(turns[at].bare[task]));
    }
  }
  for (const pair of pairs) {
    pair.ours.kill();
    pair.bare.kill();
  }
}

async function warmUp(child) {
  for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) {
    await ask(child, 'call', TURNS.call);
    await ask(child, 'asking', TURNS.asking >> 1);
    await ask(child, 'unasking', TURNS.unasking >> 1);
  }
}

async function start(name) {
  const child = fork(worker, [name], {
    execArgv: FLAGS,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // Listeners come and go with each turn.
  child.setMaxListeners(0);
  const [ready] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (ready !== 'ready') throw new Error(`${name} does not run here`);
  return child;
}

async function ask(child, task, count) {
  child.send({ task, count });
  const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof answer !== 'object' || answer === null) throw new Error(`a process broke off in ${task}`);
  return answer.figure;
}

function report() {
  const rows = [...added].map(([name, figures]) => ({ name, work: works.get(name), ...mediansOf(figures) }));
  const ours = rows.find(({ name }) => name === 'userspan') ?? rows[0];
  const plain = mediansOf(bare);
  console.log(
    `bare client (openai ${VERSION}, node ${process.version}): ${plain.call.toFixed(1)} µs and ` +
      `${(plain.bytes / 1024).toFixed(1)} KB a call, ${plain.asking.toFixed(0)} and ${plain.unasking.toFixed(0)} µs ` +
      `a stream of 200 chunks, with usage and without; ${SETS} pairs of processes, ${rounds} rounds each`,
  );
  console.log('added            µs/call  ratio  KB/call  ratio   µs/stream  ratio   µs/stream  ratio');
  console.log('                                                  with usage          without');
  for (const row of rows) {
    const figures = [
      [row.call.toFixed(1), 7, row.call / ours.call],
      [(row.bytes / 1024).toFixed(1), 8, row.bytes / ours.bytes],
      [row.asking.toFixed(0), 11, row.asking / ours.asking],
      [row.unasking.toFixed(0), 11, row.unasking / ours.unasking],
    ];
    const columns = figures.map(
      ([text, width, ratio]) => `${text.padStart(width)} ${ratio.toFixed(2).padStart(6)}`,
    );
    console.log(`${row.name.padEnd(16)} ${columns.join(' ')}`);
  }
  console.log('pairs of processes: µs added to a stream with usage; without');
  for (const [name, { asking, unasking }] of added) {
    console.log(`${name.padEnd(16)} ${inOrder(asking)}; ${inOrder(unasking)}`);
  }
  console.log('recorded (attributes): of a call; of a stream whose usage is asked for; of another');
  for (const { name, work } of rows) {
    console.log(`${name.padEnd(16)} ${words(work.call)}; ${words(work.asking)}; ${words(work.unasking)}`);
  }
  // Of the instrumentation: what a meter provider allocates for each record is its own.
  for (const [figure, limit] of Object.entries(LIMITS)) {
    if (ours[figure] > limit) console.log(`over the limit: ${figure} ${ours[figure].toFixed(1)} > ${limit}`);
  }
}

function noFigures() {
  return { call: [], bytes: [], asking: [], unasking: [] };
}

function mediansOf(figures) {
  return Object.fromEntries(Object.entries(figures).map(([figure, values]) => [figure, median(values)]));
}

function words({ spans, attributes, hasUsage, hasCost }) {
  if (spans === 0) return 'nothing';
  return `${spans} span${hasUsage ? ', usage' : ''}${hasCost ? ', cost' : ''} (${attributes})`;
}

function isInstalled() {
  try {
    createRequire(new URL('../../../test/openai-peers/package.json', import.meta.url)).resolve('openai');
    return true;
  } catch {
    return false;
  }
}

function inOrder(values) {
  return values
    .toSorted((a, b) => a - b)
    .map((value) => value.toFixed(0))
    .join(' ');
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
