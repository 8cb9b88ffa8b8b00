import cluster from 'node:cluster';

if (cluster.isPrimary) cluster.fork();
else {
  await import('../static.mjs');
  cluster.worker.disconnect();
}
