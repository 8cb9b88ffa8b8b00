// pnpm bench [name …]: runs the benches of the packages, one after the other, with the built code. Each bench measures
// everything that it compares in one run, and prints medians and ratios, because the machine may have other load.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, step } from './steps.mjs';

const benches = {
  pricing: 'packages/pricing/bench/pricing.mjs',
  identify: 'packages/core/bench/identify.mjs',
  openai: 'packages/openai/bench/openai.mjs',
  intake: 'packages/collector/bench/intake.mjs',
  growth: 'packages/collector/bench/growth.mjs 1',
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
if (!existsSync(join(root, 'packages/core/dist/index.js'))) {
  console.error(
    'The benches run what is built: npx --yes pnpm@10.34.9 install && npx --yes pnpm@10.34.9 build',
  );
  process.exit(1);
}
for (const [name, command] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await step(name, () => run(process.execPath, ['--expose-gc', ...command.split(' ')]));
}
