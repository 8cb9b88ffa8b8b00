// Measures stored spans per second. Acknowledged spans wait in the write-ahead log, so the time is measured until the log is
// empty. The load generator runs on the same machine.
//
//   node packages/collector/bench/sustained.mjs [spans per call, 1 or 3; default 3] [spans per second; default 25000] [seconds; default 15] [--option of userspan …]
//
// Options after the numbers are passed to the collector, except two: --beside sends the same load to the OpenTelemetry
// Collector afterwards (see otelcol.mjs). --warm sends and stores ten seconds of the load before the measurement: in a run
// of 15 seconds, compiling the code takes several microseconds a span, which a collector that runs for minutes does not
// need. Fails if spans were refused, or stored more slowly than they were sent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { otelcolStored } from './otelcol.mjs';
import { sendSteadily, storeSteadily } from './sustained-load.mjs';

const OWN_OPTIONS = ['--beside', '--warm'];
const given = process.argv.slice(2).filter((argument) => !OWN_OPTIONS.includes(argument));
const isBeside = process.argv.includes('--beside');
const warmUpSeconds = process.argv.includes('--warm') ? 10 : 0;
const options = given.filter((_, at, all) => all.slice(0, at + 1).some(isOption));
const [spansPerCall = 3, rate = 25_000, seconds = 15] = given
  .slice(0, given.length - options.length)
  .map(Number);
const load = { spansPerCall, rate, seconds };
/** Maximum time to finish the remaining work after the load has ended. */
const GRACE_SECONDS = 2;

const data = mkdtempSync(join(tmpdir(), 'userspan-sustained-'));
const { sent, storedPerSecond, wallSeconds, behindBytes, memoryMb, mainUs, batchUs, allUs, cores } =
  await storeSteadily({ data, load, options, warmUpSeconds });
rmSync(data, { recursive: true });

console.log(
  `Node ${process.versions.node}, ${spansPerCall} spans a call: ${Math.round(storedPerSecond)} spans/s stored, ` +
    `${Math.round(sent.spansPerSecond)} acknowledged, p99 ${Math.round(sent.p99Ms)} ms, ` +
    `${Math.round(behindBytes / 2 ** 20)} MB behind at the end of the load, ${Math.round(memoryMb)} MB of memory, ` +
    `CPU a span ${mainUs} us of the main thread, ${batchUs} us of the thread that builds batches, ${allUs} us of all; ` +
    `${cores.toFixed(2)} cores used with the load generator`,
);
process.exitCode = sent.refused === 0 && wallSeconds < seconds + GRACE_SECONDS ? 0 : 1;

if (isBeside) {
  const beside = await otelcolStored((url) => sendSteadily(url, load));
  if (beside !== undefined) {
    console.log(
      `The OpenTelemetry Collector beside it: ${Math.round(beside.storedPerSecond)} spans/s to its file, p99 ${Math.round(beside.p99Ms)} ms, ` +
        `${Math.round(beside.cpuUs)} us of CPU a span, ${Math.round(beside.memoryMb)} MB of memory, ${Math.round(beside.bytesPerSpan)} bytes a span`,
    );
  }
}

function isOption(argument) {
  return argument.startsWith('--');
}
