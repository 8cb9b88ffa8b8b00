/**
 * Creates the alert of the README as a new user does: runs its commands unchanged in an empty folder with the packed
 * tarballs, until the signed message for a user over $1 arrives. Run it with `npm run first-alert`. It prints how long
 * each step took, and fails if they take more than two minutes together.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { packAll } from '../pack.mjs';
import { root, step } from '../steps.mjs';

const LIMIT_MS = 120_000;
const EXPECTED = 'alert.fired Any user over $1 a day: User u42: cost $1.25 today, at or above $1';

const scratch = await mkdtemp(join(tmpdir(), 'userspan-alert-'));
const folder = join(scratch, 'fresh');
let shell;
try {
  const [hook, commands, call, output] = await readSection('## Alerts, budgets and billing');
  if (output?.text.trim() !== EXPECTED)
    throw new Error(`the README promises another message: ${output?.text}`);
  const tarballs = await step('pack', () => packAll(scratch));
  await mkdir(folder);
  // npm installs the collector's dependencies in this repository from these tarballs instead of from its registry.
  const local = Object.fromEntries(
    [...tarballs]
      .filter(([name]) => name !== '@userspan/collector')
      .map(([name, tarball]) => [name, `file:${tarball}`]),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: local }));
  const [, file = ''] = /^\/\/ (\S+)\n/.exec(hook.text) ?? [];
  await writeFile(join(folder, file), hook.text);
  const install = commands.text.replace('@userspan/collector', tarballs.get('@userspan/collector'));

  const startedMs = performance.now();
  const said = startShell();
  await step('the commands of the README', async () => {
    shell.stdin.write(`${install}\n`);
    await said('test message: accepted with 204');
  });
  await step('a call of $1.25, until its message', async () => {
    shell.stdin.write(`${call.text}\n`);
    await said(EXPECTED);
  });
  const tookMs = performance.now() - startedMs;
  console.log(`\nA signed message after ${(tookMs / 1000).toFixed(1)} s, installing included.`);
  if (tookMs > LIMIT_MS) throw new Error(`that is longer than ${LIMIT_MS / 1000} s`);
} finally {
  // Kills the process group of the shell, with the collector and the receiver that it started.
  if (shell !== undefined) {
    const ended = new Promise((resolve) => shell.once('close', resolve));
    process.kill(-shell.pid, 'SIGTERM');
    await ended;
  }
  await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
}

/** Returns the code blocks of a section of the README, in order. */
async function readSection(title) {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const start = readme.indexOf(`${title}\n`);
  const section = readme.slice(start, readme.indexOf('\n## ', start + title.length));
  return [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language,
    text,
  }));
}

/** Runs a shell in the empty folder, with an empty home and this machine's npm settings. Resolves when the shell has printed a text. */
function startShell() {
  shell = spawn('bash', [], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) =>
          /^(PATH|npm_config_(?!cache).*|https?_proxy)$/i.test(name),
        ),
      ),
      npm_config_userconfig: join(homedir(), '.npmrc'),
      HOME: scratch,
    },
  });
  let text = '';
  const waiting = new Set();
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
      for (const look of waiting) look();
    });
  }
  return (wanted) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!text.includes(wanted)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(
        () => reject(new Error(`there was no ${JSON.stringify(wanted)} in:\n${text}`)),
        LIMIT_MS * 2,
      );
      waiting.add(look);
      look();
    });
}
