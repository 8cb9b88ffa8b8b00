import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { TESTED_MAJORS } from './majors.ts';

const apps = fileURLToPath(new URL('../apps', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

let server: OpenAIServer;
let secure: OpenAIServer;
beforeAll(async () => {
  server = await startOpenAIServer();
  secure = await startOpenAIServer({ isSecure: true });
});
afterAll(() => Promise.all([server.close(), secure.close()]));

/** The spans of one call without and one with a stream. */
const CALLS = Array.from({ length: 2 }, () => ({ name: 'chat gpt-4o-mini', input: 1, cost: 0.00000195 }));
const MISSED = /USERSPAN_OPENAI_MISSED.*observeOpenAI\(new OpenAI\(\)\).*manuallyInstrument\(OpenAI\)/;

describe.each(TESTED_MAJORS.map(([major]) => major))('openai %i', (major) => {
  const name = `openai${major}`;

  test('records an ESM app under --import', async () => {
    const { spans, errors } = await runApp(['--import', './setup.mjs', 'esm.mjs', name]);
    expect(spans).toEqual(CALLS);
    expect(errors).not.toMatch(MISSED);
  });

  test('records an ESM app under a hook for every module', async () => {
    expect((await runApp(['--import', './setup-all.mjs', 'esm.mjs', name])).spans).toEqual(CALLS);
  });

  test('records a CommonJS app under --require', async () => {
    expect((await runApp(['--require', './setup.cjs', 'cjs.cjs', name])).spans).toEqual(CALLS);
  });

  test('records ESM and CommonJS in one process', async () => {
    const { spans } = await runApp(['--import', './setup.mjs', 'both.mjs', name]);
    expect(spans).toEqual([...CALLS, ...CALLS]);
  });

  test('records a client created before the set-up', async () => {
    expect((await runApp(['before.cjs', name])).spans).toEqual(CALLS);
  });

  test('reports an import before the set-up once, with the fix', async () => {
    const { spans, errors } = await runApp(['late.mjs', name]);
    expect(spans).toEqual([]);
    expect(errors.match(new RegExp(MISSED, 'g'))).toHaveLength(1);
  });

  test('records once with two instrumentations and an observed client', async () => {
    expect((await runApp(['twice.mjs', name])).spans).toEqual(CALLS);
  });

  test('records an app in a bundle', async () => {
    const folder = await mkdtemp(join(root, 'node_modules/.bundle-'));
    const outfile = join(folder, 'app.mjs');
    await build({
      entryPoints: [join(apps, 'bundle.mjs')],
      outfile,
      absWorkingDir: root,
      bundle: true,
      minify: true,
      // The request contains the name of its client's class, which distinguishes a missed request from those of other SDKs.
      keepNames: true,
      platform: 'node',
      format: 'esm',
      alias: { openai: name },
      logLevel: 'silent',
      // CommonJS in an ESM bundle needs it.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    try {
      const repaired = await runApp([outfile], { REPAIR: 'yes' });
      expect(repaired.spans).toEqual(CALLS);
      expect(repaired.errors).not.toMatch(MISSED);
      const missed = await runApp([outfile], { REPAIR: 'no' });
      expect(missed.spans).toEqual([]);
      expect(missed.errors).toMatch(MISSED);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('records two copies of openai, ESM', async () => {
  const { spans } = await runApp(['--import', './setup.mjs', 'esm.mjs', 'openai6', 'openai7', 'openai4']);
  expect(spans).toEqual([...CALLS, ...CALLS, ...CALLS]);
});

test('records two copies of openai, CommonJS', async () => {
  const { spans } = await runApp(['--require', './setup.cjs', 'cjs.cjs', 'openai7', 'openai5']);
  expect(spans).toEqual([...CALLS, ...CALLS]);
});

/** The spans of a session and its response. */
const TALK = [
  { name: 'chat gpt-realtime', input: 9, cost: expect.any(Number) as number },
  { name: 'invoke_workflow realtime session' },
];

describe.each([
  ['openai4', 'beta/realtime/ws'],
  ['openai7', 'realtime/ws'],
])('a Realtime session of %s/%s', (name, path) => {
  test.each([
    ['records an ESM app under --import', ['--import', './setup.mjs', 'talk-esm.mjs']],
    ['records a CommonJS app under --require', ['--require', './setup.cjs', 'talk-cjs.cjs']],
    ['records with a class that was required before', ['talk-before.cjs']],
  ])('%s', async (_name, args) => {
    const { spans } = await runApp([...args, name, path], {
      OPENAI_TEST_SECURE_URL: secure.url,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect(spans).toEqual(TALK);
  });
});

interface AppRun {
  readonly spans: unknown;
  readonly errors: string;
}

function runApp(args: readonly string[], env: Record<string, string> = {}): Promise<AppRun> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...clean } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: apps,
    env: { ...clean, OPENAI_TEST_URL: server.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve({ spans: JSON.parse(output) as unknown, errors });
      else reject(new Error(`${args.join(' ')} ended with ${code}:\n${errors}`));
    });
  });
}
