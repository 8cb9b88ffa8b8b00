import { OptionsError } from './settings.ts';

/**
 * Checks where the rows go: `--store` and `--cluster`. The URL may contain a password, so messages do not show it.
 *
 * @throws OptionsError that says what the values must be.
 */
export function storeOf(
  store: string | undefined,
  cluster: string | undefined,
): { readonly store: string | undefined; readonly cluster: string | undefined } {
  if (cluster !== undefined && store === undefined) {
    throw new OptionsError('--cluster needs --store: the embedded store is one machine.');
  }
  const isUrl =
    store === undefined ||
    (/^clickhouses?:\/\/./.test(store) && URL.canParse(store.replace(/^clickhouses?/, 'http')));
  if (!isUrl) {
    throw new OptionsError(
      '--store must be a URL such as clickhouse://user:password@host:8123/database, or clickhouses:// for TLS.',
    );
  }
  return { store, cluster };
}
