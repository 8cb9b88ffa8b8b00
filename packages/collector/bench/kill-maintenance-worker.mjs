// Maintenance that no request asks for, on a data folder, so that `kill-maintenance.mjs` can kill it.
import { join } from 'node:path';

import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { retain } from '../dist/maintenance/retention.js';
import { openStorage } from '../dist/storage/storage.js';

const data = process.argv[2];
const store = await openStorage({ directory: join(data, 'store') });
const pipeline = await openPipeline({ store, directory: data, collector: 'worker' });
console.log('begins');
await retain(pipeline, { days: 10 }, Date.now());
console.log('done');
// Until it is killed.
setInterval(() => undefined, 60_000);
