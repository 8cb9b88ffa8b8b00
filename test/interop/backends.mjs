// Runs the test of other vendors' backends: makes a virtual environment with Phoenix and MLflow and sets its path. Needs
// python3 and PyPI; about four minutes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const environment = mkdtempSync(join(tmpdir(), 'userspan-backends-'));
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
  // pip alone takes ten minutes to resolve these two.
  run(python, ['-m', 'pip', 'install', '--quiet', 'uv']);
  run(join(environment, 'bin', 'uv'), [
    'pip',
    'install',
    '--quiet',
    '--python',
    python,
    'arize-phoenix==20.26.1',
    'mlflow==3.17.2',
  ]);
  run('npx', ['vitest', 'run', 'test/interop/backends.test.ts'], { USERSPAN_BACKENDS_PYTHON: python });
} finally {
  rmSync(environment, { recursive: true, force: true });
}
