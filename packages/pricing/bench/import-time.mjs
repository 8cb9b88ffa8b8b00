/** Prints the milliseconds that importing one module takes in a fresh process: `node import-time.mjs MODULE`. */
const started = performance.now();
await import(process.argv[2]);
console.log(performance.now() - started);
