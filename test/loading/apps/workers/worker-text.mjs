// A worker thread whose code is text.
import { Worker } from 'node:worker_threads';

const worker = new Worker("import('./static.mjs')", { eval: true });
worker.on('error', (error) => {
  throw error;
});
