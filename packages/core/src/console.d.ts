// The types of @opentelemetry/api mention `console`, and this package has neither DOM nor Node types. This declaration
// merges with theirs.
interface Console {
  log(...data: unknown[]): void;
}
// oxlint-disable-next-line no-var -- as the libraries declare it
declare var console: Console;
