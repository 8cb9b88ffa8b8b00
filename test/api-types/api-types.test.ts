import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { resolveOptions, startCollector } from '@userspan/collector';
import openapiTS, { astToString } from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import { expect, onTestFinished, test } from 'vitest';

const HEADER = `// Generated from /api/openapi.json. Do not edit: run \`npm run api-types\` after a change to the API.\n\n`;

test("the dashboard's types match the API (run `npm run api-types` after a change to the API)", async () => {
  const data = await mkdtemp(join(tmpdir(), 'userspan-api-types-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const collector = await startCollector(resolveOptions({ port: 0, data, 'log-level': 'error' }));
  onTestFinished(() => collector.close());
  const answer = await fetch(new URL('/api/openapi.json', collector.url));
  expect(answer.status).toBe(200);

  const types = await openapiTS((await answer.json()) as OpenAPI3, { immutable: true, alphabetize: true });
  await expect(HEADER + astToString(types)).toMatchFileSnapshot(
    '../../packages/dashboard/src/api/generated/schema.ts',
  );
});
