/** Values of settings, from any source. */
export type SettingValue = string | number | boolean | readonly string[];

/** Description of a setting. */
export interface Setting {
  readonly kind: 'text' | 'port' | 'count' | 'bytes' | 'list' | 'switch';
  readonly default?: SettingValue;
  /** Smallest count or number of bytes. 1 by default. */
  readonly least?: number;
  /** Placeholder of the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type SettingName =
  | 'port'
  | 'grpc-port'
  | 'host'
  | 'data'
  | 'store'
  | 'cluster'
  | 'forward'
  | 'forward-header'
  | 'forward-content'
  | 'token'
  | 'cors-origin'
  | 'allow-host'
  | 'trusted-proxy'
  | 'lunary-key'
  | 'tls-cert'
  | 'tls-key'
  | 'content'
  | 'max-body'
  | 'max-spans'
  | 'memory-budget'
  | 'log-limit'
  | 'batch-spans'
  | 'batch-linger'
  | 'retention-days'
  | 'retention-size'
  | 'secrets-key'
  | 'secrets-key-file'
  | 'public-url'
  | 'allow-private-receivers'
  | 'identity'
  | 'price-feed'
  | 'price-feed-since'
  | 'currency-rate'
  | 'claimed'
  | 'metrics-spend'
  | 'log-level';

/**
 * Every setting, once: `--NAME`, `USERSPAN_NAME`, and `"NAME"` in the config file.
 *
 * A list is given by repeating the flag, with commas in the variable, and as an array in the file.
 */
export const SETTINGS: Readonly<Record<SettingName, Setting>> = {
  port: {
    kind: 'port',
    default: 4318,
    value: 'PORT',
    help: 'port of OTLP/HTTP, API and dashboard; 0 chooses a free port',
  },
  'grpc-port': { kind: 'text', value: 'PORT', help: 'port of OTLP/gRPC, 4317 by default; "off" disables it' },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    value: 'ADDRESS',
    help: 'address to listen on; an address other than loopback needs --token',
  },
  data: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of the write-ahead log and the embedded store (~/.local/share/userspan, macOS ~/Library/Application Support/userspan)',
  },
  store: {
    kind: 'text',
    value: 'URL',
    help: 'clickhouse://user:password@host:8123/database instead of the embedded store',
  },
  cluster: { kind: 'text', value: 'NAME', help: 'ClickHouse cluster for replicated, distributed tables' },
  forward: {
    kind: 'list',
    value: 'URL',
    help: 'forward all received requests to this OTLP/HTTP base URL; repeatable',
  },
  'forward-header': { kind: 'list', value: 'NAME=VALUE', help: 'header of forwarded requests; repeatable' },
  'forward-content': {
    kind: 'switch',
    default: true,
    help: 'forward prompts and answers as the sender wrote them; false removes them before requests are written to the log',
  },
  token: { kind: 'list', value: 'TOKEN', help: '[ingest|read|admin|browser[@PROJECT]=]SECRET; repeatable' },
  'lunary-key': {
    kind: 'list',
    value: 'KEY',
    help: "[private|public[@PROJECT]=]KEY: a key of Lunary's clients, valid for their paths only; repeatable",
  },
  'cors-origin': {
    kind: 'list',
    value: 'ORIGIN',
    help: 'origin whose web pages may send spans; repeatable',
  },
  'allow-host': {
    kind: 'list',
    value: 'NAME',
    help: 'also answer requests with this Host header on loopback; repeatable',
  },
  'trusted-proxy': {
    kind: 'list',
    value: 'ADDRESS',
    help: 'trust X-Forwarded-* headers from this proxy, an address or a network; repeatable',
  },
  'tls-cert': { kind: 'text', value: 'FILE', help: 'certificate chain in PEM' },
  'tls-key': { kind: 'text', value: 'FILE', help: 'private key of the certificate in PEM' },
  content: {
    kind: 'switch',
    default: false,
    help: 'store prompts and answers of spans, events and log records',
  },
  'max-body': {
    kind: 'bytes',
    default: 64 * 2 ** 20,
    value: 'BYTES',
    help: 'maximum size of one request, compressed and decompressed',
  },
  'max-spans': { kind: 'count', default: 50_000, value: 'N', help: 'maximum number of spans in one request' },
  'memory-budget': {
    kind: 'bytes',
    default: 256 * 2 ** 20,
    value: 'BYTES',
    help: 'maximum size of all requests in flight together',
  },
  'log-limit': {
    kind: 'bytes',
    default: 4 * 2 ** 30,
    value: 'BYTES',
    help: 'maximum size of the write-ahead log on disk',
  },
  'batch-spans': {
    kind: 'count',
    default: 30_000,
    value: 'N',
    help: 'maximum number of spans in one write to the store',
  },
  'batch-linger': {
    kind: 'count',
    default: 500,
    least: 0,
    value: 'MS',
    help: 'milliseconds that a write to the store waits for more spans',
  },
  'retention-days': { kind: 'count', value: 'N', help: 'delete calls after this many days' },
  'retention-size': {
    kind: 'bytes',
    value: 'BYTES',
    help: 'delete the oldest days while the store is larger than this',
  },
  'secrets-key': {
    kind: 'text',
    value: 'KEY',
    help: 'key that encrypts the secrets of channels and billing systems in the store; set it as a variable, not on the command line',
  },
  'secrets-key-file': {
    kind: 'text',
    value: 'FILE',
    help: 'file with that key; all collectors of a store need the same one (default: secrets.key in the data folder)',
  },
  'public-url': {
    kind: 'text',
    value: 'URL',
    help: 'address of the dashboard, for links in alert messages',
  },
  identity: {
    kind: 'list',
    value: 'NAMES',
    help: 'attributes that name the user, in order of preference, such as user.email,user.id; SERVICE=NAMES for one service; repeatable',
  },
  'price-feed': {
    kind: 'text',
    value: 'FILE|URL',
    help: 'price feed in the format of Userspan, LiteLLM or genai-prices, read at start and daily',
  },
  'price-feed-since': {
    kind: 'text',
    value: 'DAY',
    help: 'first day that the price feed applies to, such as 2026-01-31; default: its own dates, or 30 days back for a list without dates',
  },
  'currency-rate': {
    kind: 'list',
    value: 'CODE=DOLLARS',
    help: 'US dollars per unit of a currency, such as EUR=1.08, to convert costs that spans report in it; repeatable',
  },
  claimed: {
    kind: 'text',
    default: 'separate',
    value: 'MODE',
    help: 'how sums treat calls that a browser key sent: separate, count or ignore',
  },
  'metrics-spend': {
    kind: 'list',
    value: 'KIND:N',
    help: 'add the spend of the N largest users or groups, with their ids, to /metrics, such as user:100 or group:20; repeatable',
  },
  'allow-private-receivers': {
    kind: 'switch',
    default: false,
    help: 'allow alert messages to private and loopback addresses',
  },
  'log-level': {
    kind: 'text',
    default: 'info',
    value: 'LEVEL',
    help: 'trace, debug, info, warn, error or silent',
  },
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Parses the value of a setting; undefined if it is invalid. */
export function parseSetting(name: SettingName, text: string): SettingValue | undefined {
  const { kind, least = 1 } = SETTINGS[name];
  const atLeast = (number: number): number | undefined => (number >= least ? number : undefined);
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'switch':
      return /^(?:true|1|yes|on)$/i.test(text)
        ? true
        : /^(?:false|0|no|off)$/i.test(text)
          ? false
          : undefined;
    case 'port': {
      const port = Number(text);
      return /^\d+$/.test(text) && port <= 65_535 ? port : undefined;
    }
    case 'count':
      return /^\d{1,15}$/.test(text) ? atLeast(Number(text)) : undefined;
    default: {
      const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d+)?) ?([kmgt]i?b)?$/i.exec(text) ?? [];
      const factor = UNITS[unit.toUpperCase()];
      return number === '' || factor === undefined ? undefined : atLeast(Math.round(Number(number) * factor));
    }
  }
}

/** A mistake in the set-up; its message says how to fix it. */
export class OptionsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OptionsError';
  }
}
