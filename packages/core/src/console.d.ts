// The types of @opentelemetry/api mention `console`; this package has neither DOM nor Node types. Merges with theirs.
interface Console {
  log(...data: unknown[]): void;
}
// oxlint-disable-next-line no-var -- as the libraries declare it
declare var console: Console;
