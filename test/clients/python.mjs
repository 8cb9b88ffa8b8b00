// Runs the tests of this folder with the Python clients, too: makes a virtual environment and sets its path. Needs python3
// and PyPI; about five minutes. The versions are those of the tables in the tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const environment = mkdtempSync(join(tmpdir(), 'userspan-clients-python-'));
const python = join(environment, 'bin', 'python');

function run(file, args, env = {}) {
  const { status, error } = spawnSync(file, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    throw error ?? new Error(`${file} ${args.join(' ')} ended with ${status}`);
  }
}

try {
  run('python3', ['-m', 'venv', environment]);
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    'lunary==1.4.41',
    'openai>=2,<4',
    'langchain-openai>=1,<2',
    'langfuse==5.0.4',
    'langsmith[otel]==0.15.1',
    'logfire==5.4.0',
    'openlit==1.45.0',
    'traceloop-sdk==0.62.4',
  ]);
  run('npx', ['vitest', 'run', 'test/clients'], { USERSPAN_CLIENTS_PYTHON: python });
} finally {
  rmSync(environment, { recursive: true, force: true });
}
