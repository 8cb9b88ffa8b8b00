#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { startOpenAIServer } from './start.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const server = await startOpenAIServer({ port: Number(values.port) });
console.log(server.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server.close();
  });
}
