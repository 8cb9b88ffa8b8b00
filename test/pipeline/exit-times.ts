/**
 * `npm run exit-times`: how long an app takes to end, for every state of a collector, number of spans, way to end and
 * protocol. Prints a table of milliseconds from the end of the app's work to the end of its process; ends with 1 where
 * that is more than `flushTimeoutMs` and half a second three times in a row, where the process ends otherwise than without
 * us, or where it prints more than one line with a remedy.
 *
 *     npm run exit-times                   every state
 *     npm run exit-times -- hanging TLS    the states whose name has one of these words in it
 *
 * Runs on Node 24, which reads TypeScript; the apps run on the Node that `USERSPAN_TEST_NODE` names, or on the same one.
 */
import { collectorStates, rareCollectorStates } from './broken-collectors.ts';
import { runEnds } from './run-ends.ts';
import type { Ended } from './run-ends.ts';

const FLUSH_MS = 1000;
const LIMIT_MS = FLUSH_MS + 500;
const COUNTS = [3, 200, 3000, 50_000];
const PROTOCOLS = ['http/protobuf', 'http/json'];
const node = process.env['USERSPAN_TEST_NODE'] ?? process.execPath;

/** The ways in which an app ends, with the expected exit code or signal. */
const ENDS: readonly (readonly [name: string, end: number | string])[] = [
  ['by itself', 0],
  ['shutdown', 0],
  ['process.exit()', 3],
  ['a signal', 'SIGTERM'],
  ['exception', 1],
];

const words = process.argv.slice(2);
const states = Object.entries({ ...collectorStates, ...rareCollectorStates }).filter(
  ([state]) => words.length === 0 || words.some((word) => state.includes(word)),
);
/** These collectors accept the spans, so there is no warning. */
const ACCEPTING = new Set(['answering', 'answering without end']);
const failures: string[] = [];

console.log(['collector', 'protocol', 'spans', ...ENDS.map(([name]) => name)].join(' | '));
for (const [state, start] of states) {
  const collector = await start();
  for (const protocol of PROTOCOLS) {
    for (const count of COUNTS) {
      const cells: string[] = [];
      for (const [end, expected] of ENDS) {
        const run = (): Promise<Ended> =>
          runEnds(
            collector.url,
            {
              COUNT: String(count),
              END: end,
              USERSPAN_PROTOCOL: protocol,
              USERSPAN_FLUSH_TIMEOUT_MS: String(FLUSH_MS),
              // In half of the runs, exports have already started.
              PAUSE_MS: count === 200 || count === 50_000 ? '100' : '0',
              USERSPAN_SCHEDULE_DELAY_MS: '50',
            },
            node,
          );
        let ended = await run();
        // Other processes may delay the start of a thread or process, but not in every attempt.
        for (let again = 0; again < 2 && ended.ms > LIMIT_MS; again += 1) ended = await run();
        const faults = faultsOf(ended, state, expected);
        cells.push(`${Math.round(ended.ms)}${faults.length > 0 ? ' FAILED' : ''}`);
        for (const fault of faults)
          failures.push(`${state}, ${protocol}, ${count} spans, ${end}: ${fault}\n${ended.errors}`);
      }
      console.log([state, protocol, count, ...cells].join(' | '));
    }
  }
  await collector.close();
}
for (const failure of failures.slice(0, 20)) console.error(failure);
console.log(failures.length === 0 ? 'every end is in time' : `${failures.length} ends failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

function faultsOf(ended: Ended, state: string, expected: number | string): string[] {
  const faults: string[] = [];
  if (ended.ms > LIMIT_MS) faults.push(`took ${Math.round(ended.ms)} ms`);
  if ((ended.code ?? ended.signal) !== expected) faults.push(`ended with ${ended.code ?? ended.signal}`);
  if (ended.output !== 'done\n') faults.push(`printed ${ended.output}`);
  const lines = ended.errors.split('\n').filter((line) => line.startsWith('userspan:'));
  const outages = lines.filter((line) => !line.includes('the queue was full'));
  if (outages.length > (ACCEPTING.has(state) ? 0 : 1)) faults.push('printed too many lines');
  if (outages.some((line) => !/Start|Set|Check|Raise|log says/.test(line))) faults.push('names no remedy');
  // Only the app's own exception has a stack trace, never a message of Userspan or the exporter.
  if (expected !== 1 && /[{}]|^\s+at /m.test(ended.errors)) faults.push('printed an object or a stack');
  return faults;
}
