import { validateHeaderName, validateHeaderValue } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { type IdentityRules, identityRules, parseIdentity } from '@userspan/ledger';
import { type AccessToken, parseAccessTokens } from '../security/access-token.ts';
import { parseLunaryKeys } from '../security/lunary-key.ts';
import { isLoopback } from '../security/loopback.ts';
import { CLAIMED_MODES, type ClaimedMode } from '../storage/engine/claimed-mode.ts';
import { defaultDataFolder } from './data-folder.ts';
import { SPENDERS, type SpendLimits, type Spender } from '../storage/read/usage/spend-reader.ts';
import { dayOf, priceFeedOf } from './price-feed-options.ts';
import { storeOf } from './store-options.ts';
import { OptionsError, SETTINGS, type SettingName, type SettingValue } from './settings.ts';

export { OptionsError };

/** Maximum number of users or groups in `/metrics`. Each is a series. */
const MAX_SPEND_SERIES = 1000;
const LOG_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** A receiver to which everything is forwarded. */
export interface ForwardOptions {
  /** Base URL without credentials. Paths such as `/v1/traces` are appended before its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The resolved and checked settings of a collector. */
export interface CollectorOptions {
  /** Address to listen on. Default `127.0.0.1`; any other needs a token. */
  readonly host: string;
  /** Port of OTLP/HTTP, API and dashboard. Default 4318; 0 chooses a free port. */
  readonly port: number;
  /** Port of OTLP/gRPC. Default 4317, or a free port if `port` is 0; `undefined` turns it off. */
  readonly grpcPort: number | undefined;
  /** Folder of the log and the embedded store. Default: {@link defaultDataFolder}. */
  readonly data: string;
  /** Message about the data folder, if it is not the platform's default. */
  readonly dataNote: string | undefined;
  /** `clickhouse://user:password@host:8123/database`; without one the embedded store in `data`. */
  readonly store: string | undefined;
  /** Name of the ClickHouse cluster, for replicated and distributed tables. */
  readonly cluster: string | undefined;
  readonly forwards: readonly ForwardOptions[];
  /** Without tokens, every client that reaches the address may do everything. */
  readonly tokens: readonly AccessToken[];
  /** Origins of the web pages that may send spans. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers are trusted. Default: none. */
  readonly trustedProxies: readonly string[];
  /** Further host names, besides those of loopback, in requests to a loopback collector. */
  readonly allowedHosts: readonly string[];
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Whether prompts and answers in spans and events are stored. Default false. */
  readonly content: boolean;
  /** Whether prompts and answers are forwarded to receivers; until then they are in the log. Default true. */
  readonly forwardsContent: boolean;
  /** Maximum number of bytes of one request, compressed and uncompressed. Default 64 MiB. */
  readonly maxBodyBytes: number;
  /** Maximum number of spans of one request. Default 50,000. */
  readonly maxSpansPerRequest: number;
  /** Limit for the bytes of all running requests. Default 256 MiB. */
  readonly budgetBytes: number;
  /** Maximum number of bytes of the log on disk. Default 4 GiB. */
  readonly logLimitBytes: number;
  /** Maximum number of spans in one write to the store, of at most 16 MiB. Default 30,000. */
  readonly batchSpans: number;
  /** How long a write to the store waits for more spans. Default 200 ms. */
  readonly batchLingerMs: number;
  /** Days after which calls are deleted. Default: never. */
  readonly retentionDays: number | undefined;
  /** Bytes of the store above which the oldest days are deleted. */
  readonly retentionBytes: number | undefined;
  /**
   * Key for encrypting secrets of channels and billers, or the file that contains it. Default `secrets.key` in `data`.
   */
  readonly secretsKey: string | undefined;
  readonly secretsKeyFile: string | undefined;
  /** URL of the dashboard for links in messages. */
  readonly publicUrl: string | undefined;
  /** Whether messages of alerts may go to private and loopback addresses. Default false. */
  readonly allowsPrivateReceivers: boolean;
  /** Path or URL of a price feed that is read at the start and daily. Default: none. */
  readonly priceFeed: string | undefined;
  /** First day of the prices of the feed, `YYYY-MM-DD`. Default: as far back as its dates go; without dates 30 days. */
  readonly priceFeedSince: string | undefined;
  /** US dollars for one unit of each currency, exact decimals by ISO 4217 code. Costs in other currencies are unpriced. */
  readonly currencyRates: Readonly<Record<string, string>>;
  /** How sums treat claimed calls. Default `separate`. */
  readonly claimed: ClaimedMode;
  /** Number of users and groups whose spend is in `/metrics`. Default none, because labels contain their ids. */
  readonly metricsSpend: SpendLimits;
  /** Which attributes name the user of a span. Default: the built-in order. */
  readonly identity: IdentityRules | undefined;
  /** `trace`, `debug`, `info`, `warn`, `error` or `silent`. Default `info`. */
  readonly logLevel: string;
}

/** Values of one source, by setting. */
export type SettingValues = Readonly<Partial<Record<SettingName, SettingValue>>>;

/** Resolves the settings of a collector. The first source with a value wins: flags, environment, file. */
export function resolveOptions(...sources: readonly SettingValues[]): CollectorOptions {
  const get = (name: SettingName): SettingValue | undefined =>
    sources.map((source) => source[name]).find((value) => value !== undefined) ?? SETTINGS[name].default;
  const text = (name: SettingName): string | undefined => get(name)?.toString();
  const number = (name: SettingName): number => Number(get(name));
  const list = (name: SettingName): readonly string[] => [get(name) ?? []].flat().map(String);
  const optionalNumber = (name: SettingName): number | undefined =>
    get(name) === undefined ? undefined : number(name);

  const host = text('host') ?? '127.0.0.1';
  const port = number('port');
  const tokens = tokensOf(list('token'), list('lunary-key'));
  if (!isLoopback(host) && tokens.length === 0) {
    throw new OptionsError(
      `Other machines can reach ${host}: add --token SECRET (generate one with "userspan token"), or listen on 127.0.0.1.`,
    );
  }
  const given = text('data');
  const { path: data, note: dataNote } =
    given === undefined ? defaultDataFolder() : { path: given, note: undefined };
  return {
    host,
    port,
    grpcPort: grpcPortOf(text('grpc-port'), port),
    data,
    dataNote,
    ...storeOf(text('store'), text('cluster')),
    forwards: forwardsOf(list('forward'), list('forward-header')),
    tokens,
    corsOrigins: list('cors-origin').map(originOf),
    trustedProxies: list('trusted-proxy').map(proxyOf),
    allowedHosts: list('allow-host').map((name) => name.toLowerCase()),
    tls: tlsOf(text('tls-cert'), text('tls-key')),
    content: get('content') === true,
    forwardsContent: get('forward-content') === true,
    maxBodyBytes: number('max-body'),
    maxSpansPerRequest: number('max-spans'),
    budgetBytes: number('memory-budget'),
    logLimitBytes: number('log-limit'),
    batchSpans: number('batch-spans'),
    batchLingerMs: number('batch-linger'),
    retentionDays: optionalNumber('retention-days'),
    retentionBytes: optionalNumber('retention-size'),
    secretsKey: text('secrets-key'),
    secretsKeyFile: text('secrets-key-file'),
    publicUrl: publicUrlOf(text('public-url')),
    allowsPrivateReceivers: get('allow-private-receivers') === true,
    priceFeed: priceFeedOf(text('price-feed')),
    priceFeedSince: dayOf(text('price-feed-since'), '--price-feed-since'),
    currencyRates: currencyRatesOf(list('currency-rate')),
    identity: identityOf(list('identity')),
    claimed: claimedOf(text('claimed')),
    metricsSpend: metricsSpendOf(list('metrics-spend')),
    logLevel: logLevelOf(text('log-level')),
  };
}

function tokensOf(specs: readonly string[], lunaryKeys: readonly string[]): AccessToken[] {
  if (specs.length === 0 && lunaryKeys.length > 0) {
    throw new OptionsError('--lunary-key needs --token. Without tokens, every client can send with any key.');
  }
  try {
    const tokens = parseAccessTokens(specs);
    return [...tokens, ...parseLunaryKeys(lunaryKeys, tokens)];
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : 'bad token', { cause: error });
  }
}

function identityOf(texts: readonly string[]): IdentityRules | undefined {
  if (texts.length === 0) {
    return undefined;
  }
  try {
    return identityRules(parseIdentity(texts));
  } catch (error) {
    throw new OptionsError(`--${error instanceof Error ? error.message : 'identity is wrong'}.`, {
      cause: error,
    });
  }
}

function currencyRatesOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const rates = new Map<string, string>();
  for (const text of texts) {
    const [, code = '', rate = ''] = /^\s*([a-z]{3})\s*=\s*(\d{1,9}(?:\.\d{1,18})?)\s*$/i.exec(text) ?? [];
    const currency = code.toUpperCase();
    if (!/[1-9]/.test(rate)) {
      throw new OptionsError(
        `--currency-rate must be a currency code and the US dollars for 1 unit of it, above 0, such as EUR=1.08; got "${text}"`,
      );
    }
    if (currency === 'USD') {
      throw new OptionsError(`--currency-rate must name a currency other than USD; got "${text}"`);
    }
    if (rates.has(currency)) {
      throw new OptionsError(`--currency-rate gives ${currency} twice: give one rate for each currency.`);
    }
    rates.set(currency, rate);
  }
  return Object.fromEntries(rates);
}

function claimedOf(mode: string | undefined): ClaimedMode {
  const found = CLAIMED_MODES.find((each) => each === mode);
  if (found === undefined) {
    throw new OptionsError(`--claimed must be ignore, separate or count; got "${mode}".`);
  }
  return found;
}

function logLevelOf(level = 'info'): string {
  if (!LOG_LEVELS.includes(level)) {
    throw new OptionsError(`--log-level must be one of ${LOG_LEVELS.join(', ')}; got "${level}".`);
  }
  return level;
}

function metricsSpendOf(texts: readonly string[]): SpendLimits {
  const limits = new Map<Spender, number>();
  for (const text of texts) {
    const [, kind = '', count = ''] = /^(user|group):(\d{1,4})$/.exec(text) ?? [];
    const spender = SPENDERS.find((each) => each === kind);
    if (
      spender === undefined ||
      Number(count) < 1 ||
      Number(count) > MAX_SPEND_SERIES ||
      limits.has(spender)
    ) {
      throw new OptionsError(
        `--metrics-spend must be user:N or group:N, each once, with N from 1 to ${MAX_SPEND_SERIES}; got "${text}"`,
      );
    }
    limits.set(spender, Number(count));
  }
  return Object.fromEntries(limits);
}

function publicUrlOf(url: string | undefined): string | undefined {
  if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw new OptionsError(`--public-url must be a URL such as https://userspan.example.com; got ${url}`);
  }
  return url;
}

function grpcPortOf(value: string | undefined, port: number): number | undefined {
  if (value === 'off') {
    return undefined;
  }
  if (value === undefined) {
    return port === 0 ? 0 : 4317;
  }
  const grpcPort = Number(value);
  if (!Number.isInteger(grpcPort) || grpcPort < 0 || grpcPort > 65_535) {
    throw new OptionsError(`--grpc-port must be a port or "off"; got ${value}.`);
  }
  return grpcPort;
}

function tlsOf(cert: string | undefined, key: string | undefined): CollectorOptions['tls'] {
  if (cert === undefined && key === undefined) {
    return undefined;
  }
  if (cert === undefined || key === undefined) {
    throw new OptionsError('TLS needs both --tls-cert FILE and --tls-key FILE.');
  }
  return { cert, key };
}

function originOf(origin: string): string {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new OptionsError(
      `--cors-origin must be scheme, host and port, such as https://app.example.com; got ${origin}.`,
    );
  }
  return origin;
}

function proxyOf(proxy: string): string {
  try {
    proxyAddr.compile(proxy);
    return proxy;
  } catch (error) {
    throw new OptionsError(
      `--trusted-proxy must be an address or a network such as 10.0.0.0/8, or loopback, linklocal or uniquelocal; got "${proxy}"`,
      { cause: error },
    );
  }
}

function forwardsOf(urls: readonly string[], headerLines: readonly string[]): ForwardOptions[] {
  const headers: Record<string, string> = {};
  for (const line of headerLines) {
    const at = line.indexOf('=');
    if (at < 1) {
      throw new OptionsError('--forward-header must be NAME=VALUE.');
    }
    const [name, value] = [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new OptionsError(`--forward-header ${JSON.stringify(name)} is not a valid HTTP header.`, {
        cause: error,
      });
    }
    headers[name] = value;
  }
  const receivers = urls.map((url) => receiverOf(url, headers));
  const twice = receivers.find(({ url }, i) => receivers.findIndex((other) => other.url === url) < i);
  if (twice !== undefined) {
    throw new OptionsError(
      `--forward has ${twice.url} twice. Each receiver gets everything once; remove one.`,
    );
  }
  return receivers;
}

/** Moves credentials from a URL to a header, so that they are not logged or shown. */
function receiverOf(text: string, headers: Readonly<Record<string, string>>): ForwardOptions {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new OptionsError(
      '--forward must be a base URL such as https://collector.example.com:4318; got no valid URL.',
    );
  }
  const url = new URL(text);
  const { username, password } = url;
  if (/\/v1\/(?:traces|logs|metrics)\/*$/.test(url.pathname)) {
    throw new OptionsError(
      `--forward must be a base URL such as ${url.origin}; /v1/traces and its like are appended to it.`,
    );
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') {
    return { url: url.href, headers };
  }
  if (headers['authorization'] !== undefined) {
    throw new OptionsError(
      '--forward has a user and password in its URL and --forward-header has an authorization header: set only one of them.',
    );
  }
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url: url.href, headers: { ...headers, authorization } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
