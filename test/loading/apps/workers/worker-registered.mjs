import { Worker } from 'node:worker_threads';
import { register } from '@userspan/node';

register();
const worker = new Worker(new URL('../static.mjs', import.meta.url));
worker.on('error', (error) => {
  throw error;
});
