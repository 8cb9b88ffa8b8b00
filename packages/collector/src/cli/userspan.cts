#!/usr/bin/env node
// The size of Node's thread pool is fixed at its first use, and loading a module is one. This file is CommonJS so that it
// comes before: the store's queries, the log's syncs and zlib share the pool, and four threads are too few for them.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
void import('./main.js');
