/** What a setting may hold, from whichever source. */
export type SettingValue = string | number | boolean | readonly string[];

/** One row of the table. */
export interface Setting {
  readonly kind: 'text' | 'port' | 'count' | 'bytes' | 'list' | 'switch';
  readonly default?: SettingValue;
  /** What stands behind the flag in the help. */
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
    help: 'OTLP/HTTP, API and dashboard; 0 takes a free one',
  },
  'grpc-port': { kind: 'text', value: 'PORT', help: 'OTLP/gRPC, 4317 by default; off turns it off' },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    value: 'ADDRESS',
    help: 'address to listen on; any but loopback needs --token',
  },
  data: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of the log and the embedded store (~/.local/share/userspan, macOS ~/Library/Application Support/userspan)',
  },
  store: {
    kind: 'text',
    value: 'URL',
    help: 'clickhouse://user:password@host:8123/database instead of the embedded store',
  },
  cluster: { kind: 'text', value: 'NAME', help: 'ClickHouse cluster for replicated, distributed tables' },
  forward: { kind: 'list', value: 'URL', help: 'send everything on to this OTLP/HTTP base; repeatable' },
  'forward-header': { kind: 'list', value: 'NAME=VALUE', help: 'header of forwarded requests; repeatable' },
  'forward-content': {
    kind: 'switch',
    default: true,
    help: 'send prompts and answers on, as the sender wrote them; false removes them before they are in the log',
  },
  token: { kind: 'list', value: 'TOKEN', help: '[ingest|read|admin|browser[@PROJECT]=]SECRET; repeatable' },
  'lunary-key': {
    kind: 'list',
    value: 'KEY',
    help: "[private|public[@PROJECT]=]KEY: a key of Lunary's clients, good for their paths only; repeatable",
  },
  'cors-origin': {
    kind: 'list',
    value: 'ORIGIN',
    help: 'web pages of this origin may send spans; repeatable',
  },
  'allow-host': {
    kind: 'list',
    value: 'NAME',
    help: 'answer to this Host header too, when on loopback; repeatable',
  },
  'trusted-proxy': {
    kind: 'list',
    value: 'ADDRESS',
    help: 'believe X-Forwarded-* headers from this proxy, an address or a network; repeatable',
  },
  'tls-cert': { kind: 'text', value: 'FILE', help: 'certificate chain, PEM' },
  'tls-key': { kind: 'text', value: 'FILE', help: 'its key, PEM' },
  content: {
    kind: 'switch',
    default: false,
    help: 'keep prompts and answers where spans and events carry them',
  },
  'max-body': {
    kind: 'bytes',
    default: 64 * 2 ** 20,
    value: 'BYTES',
    help: 'most bytes of one request, packed and unpacked',
  },
  'max-spans': { kind: 'count', default: 50_000, value: 'N', help: 'most spans of one request' },
  'memory-budget': {
    kind: 'bytes',
    default: 256 * 2 ** 20,
    value: 'BYTES',
    help: 'bytes that all requests in flight share',
  },
  'log-limit': { kind: 'bytes', default: 4 * 2 ** 30, value: 'BYTES', help: 'most bytes of the log on disk' },
  'batch-spans': { kind: 'count', default: 40_000, value: 'N', help: 'most spans in one write to the store' },
  'batch-linger': {
    kind: 'count',
    default: 500,
    value: 'MS',
    help: 'how long a write to the store waits for more',
  },
  'retention-days': { kind: 'count', value: 'N', help: 'delete calls after so many days' },
  'retention-size': {
    kind: 'bytes',
    value: 'BYTES',
    help: 'delete the oldest days when the store is larger',
  },
  'secrets-key': {
    kind: 'text',
    value: 'KEY',
    help: 'encrypts secrets of channels and billers in the store; better as a variable than on the command line',
  },
  'secrets-key-file': {
    kind: 'text',
    value: 'FILE',
    help: 'file with that key; the same for all collectors of a store (secrets.key in the data folder)',
  },
  'public-url': {
    kind: 'text',
    value: 'URL',
    help: 'where people reach the dashboard: messages of alerts link to it',
  },
  identity: {
    kind: 'list',
    value: 'NAMES',
    help: 'attributes that name the user, best first, as user.email,user.id; SERVICE=NAMES for one service; repeatable',
  },
  'price-feed': {
    kind: 'text',
    value: 'FILE|URL',
    help: 'newer prices than the list, read at the start and daily: of Userspan, LiteLLM or genai-prices',
  },
  'price-feed-since': {
    kind: 'text',
    value: 'DAY',
    help: 'first day that the price feed prices, as 2026-01-31; by default all that its dates allow, and 30 days for a list without dates',
  },
  'currency-rate': {
    kind: 'list',
    value: 'CODE=DOLLARS',
    help: 'US dollars for 1 unit of a currency, as EUR=1.08: converts costs that spans state in it; repeatable',
  },
  claimed: {
    kind: 'text',
    default: 'separate',
    value: 'MODE',
    help: 'calls that a browser key sent: ignore them, show them separate from sums, or count them',
  },
  'metrics-spend': {
    kind: 'list',
    value: 'KIND:N',
    help: 'spend of the N largest users or groups in /metrics, as user:100 or group:20, with their ids; repeatable',
  },
  'allow-private-receivers': {
    kind: 'switch',
    default: false,
    help: 'let messages of alerts go to private and loopback addresses',
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

/** Reads a setting's text; undefined when it is not what the setting takes. */
export function parseSetting(name: SettingName, text: string): SettingValue | undefined {
  switch (SETTINGS[name].kind) {
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
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    default: {
      const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d+)?) ?([kmgt]i?b)?$/i.exec(text) ?? [];
      const factor = UNITS[unit.toUpperCase()];
      return number === '' || factor === undefined ? undefined : Math.round(Number(number) * factor);
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
