// Compiles the TypeScript snippets of an app's README strictly, with declarations for names from the reader's own app.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../steps.mjs';
import { shell } from './drive.mjs';

const SESSION =
  'declare global { namespace Express { interface Request { session: { user?: { id: string } } } } }\n';
const ROUTE =
  'declare const auth: () => Promise<{ user?: { id: string; email?: string } } | null>;\n' +
  'declare const answer: (request: Request) => Promise<Response>;\n';

/** The declarations before the snippets of each app. */
const SURROUNDINGS = {
  express: `import type { Express } from 'express';\ndeclare const app: Express;\n${SESSION}`,
  fastify:
    "import type { FastifyInstance, FastifyRequest } from 'fastify';\ndeclare const app: FastifyInstance;\n" +
    "declare module 'fastify' { interface FastifyRequest { user?: { id: string } } }\n",
  hono: "import { Hono } from 'hono';\n",
  koa: "import type Koa from 'koa';\ninterface State { user?: { id: string } }\ndeclare const app: Koa<State>;\n",
  lambda:
    "import OpenAI from 'openai';\ndeclare const answer: (event: { question: string }) => Promise<string>;\n",
  nest:
    "import type { MiddlewareConsumer, NestModule } from '@nestjs/common';\nimport type { Request } from 'express';\n" +
    SESSION,
  'next-15': ROUTE,
  'next-16': ROUTE,
};

const OPTIONS = [
  '--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck',
  '--target es2024 --module nodenext --moduleDetection force --types node',
  `--typeRoots '${join(root, 'node_modules/@types')}'`,
].join(' ');

/** @throws Error with the compiler's output, if a `ts` snippet of `README.md` in `folder` does not compile. */
export async function compileReadme(name, folder) {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const snippets = [...readme.matchAll(/^```tsx?\n([\s\S]*?)^```/gm)].map(([, code]) => code);
  if (snippets.length === 0) return;
  await mkdir(join(folder, 'readme'), { recursive: true });
  const files = [];
  for (const [at, snippet] of snippets.entries()) {
    const file = `readme/snippet-${at}.ts`;
    await writeFile(join(folder, file), `${SURROUNDINGS[name] ?? ''}${snippet}`);
    files.push(file);
  }
  const tsc = join(root, 'node_modules/.bin/tsc');
  await shell(`'${tsc}' --ignoreConfig ${OPTIONS} ${files.join(' ')}`, { cwd: folder, env: process.env });
}
