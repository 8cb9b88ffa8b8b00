/**
 * Measures how long it takes to load a price library and to price a call, for this package and three others in one run:
 *
 *     pnpm build && node packages/pricing/bench/pricing.mjs
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { calcPrice } from '@pydantic/genai-prices';
import { estimateCost as llmCost } from 'llm-cost';
import { estimateCost as tokenlensCost } from 'tokenlens';
import { priceOf } from '../dist/index.js';

const IMPORTS = 11;
const ROUNDS = 9;
const CALLS_A_ROUND = 40_000;

const CALLS = [
  { model: 'gpt-4o-mini-2024-07-18', input: 2_006, cached: 1_920, output: 300 },
  { model: 'gpt-4o', input: 1_000, cached: 0, output: 500 },
  { model: 'gpt-4.1-mini', input: 10_240, cached: 10_112, output: 64 },
  { model: 'o4-mini', input: 3_000, cached: 2_944, output: 700 },
];
const at = new Date('2026-10-01T12:00:00Z');

const libraries = [
  {
    name: '@userspan/pricing',
    module: new URL('../dist/index.js', import.meta.url).href,
    price: calls((call) => ({
      provider: 'openai',
      model: call.model,
      usage: { inputTokens: call.input, cachedInputTokens: call.cached, outputTokens: call.output },
      at: at.getTime(),
    })),
    run: (call) => priceOf(call).usd,
  },
  {
    name: '@pydantic/genai-prices',
    module: import.meta.resolve('@pydantic/genai-prices'),
    price: calls((call) => ({
      model: call.model,
      usage: { input_tokens: call.input, cache_read_tokens: call.cached, output_tokens: call.output },
      options: { providerId: 'openai', timestamp: at },
    })),
    run: (call) => calcPrice(call.usage, call.model, call.options)?.total_price,
  },
  {
    name: 'tokenlens',
    module: import.meta.resolve('tokenlens'),
    price: calls((call) => ({
      modelId: `openai:${call.model}`,
      usage: { prompt_tokens: call.input, completion_tokens: call.output, cacheReads: call.cached },
    })),
    run: (call) => tokenlensCost(call).totalUSD,
  },
  {
    name: 'llm-cost',
    module: pathToFileURL(createRequire(import.meta.url).resolve('llm-cost')).href,
    price: calls((call) => ({ model: call.model, inputTokens: call.input, outputTokens: call.output })),
    run: (call) => llmCost(call),
  },
];

const importer = fileURLToPath(new URL('import-time.mjs', import.meta.url));
// The libraries take turns, so that a short load on the machine does not affect only one of them.
const rounds = libraries.map(() => []);
for (const [index, library] of libraries.entries()) timed(library, index, 0.25);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, library] of libraries.entries()) rounds[index].push(timed(library, index, 1));
}
const loads = libraries.map(() => []);
for (let load = 0; load < IMPORTS; load += 1) {
  for (const [index, library] of libraries.entries()) {
    loads[index].push(
      Number(execFileSync(process.execPath, [importer, library.module], { encoding: 'utf8' })),
    );
  }
}

const ours = { price: median(rounds[0]), load: median(loads[0]) };
console.log(
  `medians (and bests) of ${ROUNDS} rounds and ${IMPORTS} imports, taking turns, on Node ${process.version}\n`,
);
row('library', 'import', 'ratio', 'a price', 'ratio');
for (const [index, { name }] of libraries.entries()) {
  const price = median(rounds[index]);
  const load = median(loads[index]);
  row(
    name,
    `${load.toFixed(1)} (${Math.min(...loads[index]).toFixed(1)}) ms`,
    `${(load / ours.load).toFixed(1)} x`,
    `${micros(price)} (${micros(Math.min(...rounds[index]))}) µs`,
    `${(price / ours.price).toFixed(1)} x`,
  );
}
const data = readFileSync(new URL('../dist/generated/price-list.js', import.meta.url)).length;
console.log(`\ndata on disk: ${(data / 1_024).toFixed(1)} KB`);

function calls(shape) {
  return CALLS.map(shape);
}

/** Nanoseconds per call. */
function timed(library, index, share) {
  // tokenlens and genai-prices take many microseconds.
  const count = (index === 1 || index === 2 ? CALLS_A_ROUND / 20 : CALLS_A_ROUND) * share;
  let sum = 0;
  const started = performance.now();
  for (let call = 0; call < count; call += 1) sum += library.run(library.price[call & 3]) ?? 0;
  const elapsed = ((performance.now() - started) * 1_000_000) / count;
  if (!(sum > 0)) console.log(`${library.name} priced nothing`);
  return elapsed;
}

function row(name, ...cells) {
  console.log(name.padEnd(24) + cells.map((cell) => cell.padStart(18)).join(''));
}

function micros(nanoseconds) {
  return (nanoseconds / 1_000).toFixed(2);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
