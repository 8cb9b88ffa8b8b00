// What one call costs in the application's process, next to the bare client and to what a user would pick instead.
//
//   pnpm build && node packages/openai/bench/openai.mjs [rounds [contender,…]]
//
// Each contender has a process of its own, because all of them patch the same class, and a process with the bare client
// beside it, which does exactly as much: both age alike. They take turns of some milliseconds (bare, contender,
// contender, bare), so that whatever else the machine does hits both. A process counts with its median, and a figure is
// the median of a contender's processes less that of all bare ones. All are warmed up until they are steady, and all of
// it is done with several sets of processes: one that the compiler or the garbage collector served badly stays slow for
// good, with any contender; a stream is then dearer by 200 µs. The compiler runs in turn with the program, not beside it.
//
// A stream is measured twice: where the caller asks for its usage, so that all have the same to read and record, and
// where nobody does. Then @userspan/openai asks, and keeps from the caller what comes of it; the others record none.
//
// `fetch` is a function in the process: nothing is measured but the library and what is put on top.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 8);
const worker = fileURLToPath(new URL('../../../test/openai-peers/contender.mjs', import.meta.url));
const peers = ['opentelemetry', 'openinference', 'traceloop', 'langfuse'];
const chosen = process.argv[3]?.split(',') ?? ['userspan', ...(isInstalled() ? peers : [])];
const SETS = 4;
/** What one turn does. */
const TURNS = { call: 200, asking: 25, unasking: 25, bytes: 200 };
/** Turns before the first that counts: the compiler is done after some six thousand calls. */
const WARM_UP_TURNS = 30;
const LIMITS = { call: 40, bytes: 8 * 1024, asking: 170, unasking: 170 };
const VERSION = createRequire(worker)('openai/version').VERSION;

const spent = new Map(chosen.map((name) => [name, noFigures()]));
const bare = noFigures();
const works = new Map();
for (let set = 0; set < SETS; set += 1) await runSet(set);
report();

async function runSet(set) {
  const pairs = [];
  for (const name of chosen) pairs.push({ name, ours: await start(name), bare: await start('bare') });
  for (const { name, ours, bare: twin } of pairs) {
    works.set(name, await ask(ours, 'work'));
    for (const child of [ours, twin]) {
      for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) {
        await ask(child, 'call', TURNS.call);
        await ask(child, 'asking', TURNS.asking >> 1);
        await ask(child, 'unasking', TURNS.unasking >> 1);
      }
    }
  }
  const turns = pairs.map(() => ({ ours: noFigures(), bare: noFigures() }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [task, count] of Object.entries(TURNS)) {
      for (let index = 0; index < pairs.length; index += 1) {
        // Another one begins in each round.
        const at = (index + round + set) % pairs.length;
        const pair = pairs[at];
        for (const who of ['bare', 'ours', 'ours', 'bare']) {
          turns[at][who][task].push(await ask(pair[who], task, count));
        }
      }
    }
  }
  for (const [at, { name }] of pairs.entries()) {
    for (const task of Object.keys(TURNS)) {
      spent.get(name)[task].push(median(turns[at].ours[task]));
      bare[task].push(median(turns[at].bare[task]));
    }
  }
  for (const pair of pairs) {
    pair.ours.kill();
    pair.bare.kill();
  }
}

async function start(name) {
  const child = fork(worker, [name], {
    execArgv: ['--min-semi-space-size=16', '--no-concurrent-recompilation'],
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
  const rows = [...spent].map(([name, figures]) => ({ name, work: works.get(name), ...addedBy(figures) }));
  const ours = rows.find(({ name }) => name === 'userspan') ?? rows[0];
  const plain = mediansOf(bare);
  console.log(
    `bare client (openai ${VERSION}, node ${process.version}): ${plain.call.toFixed(1)} µs and ` +
      `${(plain.bytes / 1024).toFixed(1)} KB a call, ${plain.asking.toFixed(0)} and ${plain.unasking.toFixed(0)} µs ` +
      `a stream of 200 chunks, with usage and without; ${SETS} × ${rounds} rounds`,
  );
  console.log('added           µs/call  ratio  KB/call  ratio   µs/stream  ratio   µs/stream  ratio');
  console.log('                                                 with usage          without');
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
    console.log(`${row.name.padEnd(15)} ${columns.join(' ')}`);
  }
  console.log('recorded (attributes): of a call; of a stream whose usage is asked for; of another');
  for (const { name, work } of rows) {
    console.log(`${name.padEnd(15)} ${words(work.call)}; ${words(work.asking)}; ${words(work.unasking)}`);
  }
  const misses = Object.entries(LIMITS).filter(([figure, limit]) => ours[figure] > limit);
  for (const [figure, limit] of misses)
    console.log(`over the limit: ${figure} ${ours[figure].toFixed(1)} > ${limit}`);
}

function noFigures() {
  return { call: [], bytes: [], asking: [], unasking: [] };
}

/** A process that was lucky or unlucky is one of several, on either side. */
function addedBy(figures) {
  const [all, plain] = [mediansOf(figures), mediansOf(bare)];
  return Object.fromEntries(Object.entries(all).map(([figure, value]) => [figure, value - plain[figure]]));
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

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
