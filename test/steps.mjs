// The steps that `npm start` and `npm test` share; plain Node, so that it runs before anything is installed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const pnpmVersion = 'pnpm@10.34.9';

/** Ends with a clear line on a Node that the workspace does not run on. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  console.error(`Userspan needs Node ^20.19 or >=22.12; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command with its output visible; rejects with the command line when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`));
    });
  });
}

/** pnpm, brought by npx: nothing but npm is needed on the machine. */
export function pnpm(...args) {
  return run('npx', ['--yes', pnpmVersion, ...args], {
    env: {
      ...process.env,
      npm_config_fund: 'false',
      npm_config_audit: 'false',
      npm_config_update_notifier: 'false',
    },
  });
}

/** Says what is being done and how long it took. */
export async function step(title, work) {
  const from = performance.now();
  console.log(`\n▸ ${title}`);
  const result = await work();
  console.log(`  ${title}: done in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return result;
}
