// The types of @opentelemetry/api mention `console`; this package has neither DOM nor Node types. Merges with theirs.
declare global {
  interface Console {
    log(...data: unknown[]): void;
  }
  var console: Console;
}
export {};
