import { describe, expect, it } from 'vitest';
import { resolveOptions } from './options.ts';
import type { RegisterOptions, ResolvedOptions } from './options.ts';

const target: ResolvedOptions['target'] = {
  url: 'http://localhost:4318/v1/traces',
  headers: {},
  protocol: 'http/protobuf',
  compression: 'none',
  timeoutMs: 10_000,
};

const defaults: ResolvedOptions = {
  enabled: true,
  target,
  tlsFiles: [],
  serviceName: undefined,
  baggage: 'guarded',
  send: undefined,
  trust: undefined,
  user: {},
  prices: undefined,
  pricesFile: undefined,
  openai: {},
  captureContent: false,
  maxQueueSize: 16384,
  scheduleDelayMs: 1000,
  flushTimeoutMs: 5000,
  flushOnExit: true,
  recordsAll: true,
};

interface Row {
  readonly name: string;
  readonly options?: RegisterOptions;
  readonly env?: Record<string, string>;
  readonly resolved: Partial<ResolvedOptions>;
}

const rows: readonly Row[] = [
  { name: 'nothing stated', resolved: {} },
  {
    name: 'an empty variable is unset',
    env: {
      USERSPAN_ENDPOINT: '',
      OTEL_SERVICE_NAME: '  ',
      USERSPAN_MAX_QUEUE_SIZE: '',
      OTEL_SDK_DISABLED: '',
    },
    resolved: {},
  },
  {
    name: 'options take precedence over variables',
    options: { endpoint: 'http://a:1', serviceName: 'a' },
    env: {
      USERSPAN_ENDPOINT: 'http://b:1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1',
      USERSPAN_SERVICE_NAME: 'b',
    },
    resolved: { target: { ...target, url: 'http://a:1/v1/traces' }, serviceName: 'a' },
  },
  {
    name: 'USERSPAN_* takes precedence over OTEL_*',
    env: {
      USERSPAN_ENDPOINT: 'http://b:1/otlp/',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:1/x',
      USERSPAN_SERVICE_NAME: 'b',
      OTEL_SERVICE_NAME: 'c',
      USERSPAN_MAX_QUEUE_SIZE: '10',
      OTEL_BSP_MAX_QUEUE_SIZE: '20',
      USERSPAN_ENABLED: 'true',
      OTEL_SDK_DISABLED: 'true',
    },
    resolved: { target: { ...target, url: 'http://b:1/otlp/v1/traces' }, serviceName: 'b', maxQueueSize: 10 },
  },
  {
    name: 'the traces endpoint is used unchanged and takes precedence over the base endpoint',
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:1/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d:1' },
    resolved: { target: { ...target, url: 'http://c:1/x' } },
  },
  {
    name: 'the path is appended to the base endpoint',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://d:1/' },
    resolved: { target: { ...target, url: 'https://d:1/v1/traces' } },
  },
  { name: 'the SDK is disabled', env: { OTEL_SDK_DISABLED: 'TRUE' }, resolved: { enabled: false } },
  {
    name: 'token and headers',
    options: { headers: { 'x-a': '1' } },
    env: { USERSPAN_TOKEN: 't', USERSPAN_HEADERS: 'x-a=0, x-b = %20b=c' },
    resolved: { target: { ...target, headers: { authorization: 'Bearer t', 'x-a': '1', 'x-b': ' b=c' } } },
  },
  {
    name: 'the hosts that get the user, and the trusted callers',
    env: {
      USERSPAN_SEND_TO: '*.internal.example, api.example',
      USERSPAN_SEND_KEYS: 'user.id',
      USERSPAN_TRUST_KEY: 'k',
    },
    resolved: {
      send: { to: ['*.internal.example', 'api.example'], keys: ['user.id'] },
      trust: 'k',
    },
  },
  {
    name: 'the exported parts of a user',
    env: { USERSPAN_USER_ID: 'hmac', USERSPAN_USER_KEY: 'k', USERSPAN_USER_PROPS: 'group, plan' },
    resolved: { user: { id: 'hmac', key: 'k', props: ['group', 'plan'] } },
  },
  {
    name: 'variables fill in missing fields of the user option',
    options: { user: { id: 'hmac' } },
    env: { USERSPAN_USER_ID: 'plain', USERSPAN_USER_KEY: 'k', USERSPAN_USER_PROPS: 'none' },
    resolved: { user: { id: 'hmac', key: 'k', props: 'none' } },
  },
  {
    name: 'a field of an option that is undefined is unset',
    options: { user: { props: 'all', ...({ key: undefined } as object) } },
    env: { USERSPAN_USER_KEY: 'k' },
    resolved: { user: { key: 'k', props: 'all' } },
  },
  {
    name: 'variables fill in missing fields of the send option',
    options: { send: { to: ['a.example'] } },
    env: { USERSPAN_SEND_TO: 'b.example', USERSPAN_SEND_KEYS: 'user.id' },
    resolved: { send: { to: ['a.example'], keys: ['user.id'] } },
  },
  {
    name: 'headers from every source, one value for each name',
    options: { headers: { 'X-D': '4' } },
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1,x-b=1,x-c=1,x-d=1,Authorization=Basic x',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-b=2',
      USERSPAN_HEADERS: 'x-c=3,x-d=3,',
      USERSPAN_TOKEN: 't',
    },
    resolved: {
      target: {
        ...target,
        headers: { 'x-a': '1', 'x-b': '2', 'x-c': '3', 'x-d': '4', authorization: 'Bearer t' },
      },
    },
  },
  {
    name: 'the protocol of traces takes precedence over the general one',
    env: {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    },
    resolved: { target: { ...target, protocol: 'http/json', compression: 'gzip' } },
  },
  {
    name: 'values in any case, with spaces around them',
    env: {
      OTEL_EXPORTER_OTLP_PROTOCOL: ' HTTP/JSON ',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'GZIP',
      USERSPAN_BAGGAGE: 'Never',
    },
    resolved: { target: { ...target, protocol: 'http/json', compression: 'gzip' }, baggage: 'never' },
  },
  {
    name: 'certificates',
    env: { OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem', OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: 'key.pem' },
    resolved: {
      tlsFiles: [
        { field: 'ca', variable: 'OTEL_EXPORTER_OTLP_CERTIFICATE', path: 'ca.pem' },
        { field: 'key', variable: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', path: 'key.pem' },
      ],
    },
  },
  {
    name: 'content is recorded with the value that the conventions define',
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_AND_EVENT' },
    resolved: { captureContent: true },
  },
  {
    name: 'content is not recorded with the value for events only',
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY' },
    resolved: {},
  },
  { name: 'no baggage', env: { USERSPAN_BAGGAGE: 'never' }, resolved: { baggage: 'never' } },
  { name: 'no OpenAI instrumentation', env: { USERSPAN_OPENAI: 'false' }, resolved: { openai: false } },
  {
    name: 'times and sizes',
    options: { flushTimeoutMs: 1 },
    env: { OTEL_BSP_SCHEDULE_DELAY: '7', OTEL_EXPORTER_OTLP_TIMEOUT: '8', USERSPAN_FLUSH_ON_EXIT: '0' },
    resolved: {
      flushTimeoutMs: 1,
      scheduleDelayMs: 7,
      target: { ...target, timeoutMs: 8 },
      flushOnExit: false,
    },
  },
  {
    name: 'nearly no delay in development',
    env: { NODE_ENV: 'development' },
    resolved: { scheduleDelayMs: 1 },
  },
  {
    name: 'the configured delay, in development too',
    env: { NODE_ENV: 'development', USERSPAN_SCHEDULE_DELAY_MS: '7' },
    resolved: { scheduleDelayMs: 7 },
  },
];

describe('resolveOptions', () => {
  it.each(rows)('$name', ({ options = {}, env = {}, resolved }) => {
    expect(resolveOptions(options, env)).toEqual({ ...defaults, ...resolved });
  });

  it.each([
    [
      'endpoint',
      { endpoint: 'localhost:4318' },
      {},
      /endpoint must be an http or https URL.*"localhost:4318"/,
    ],
    [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      {},
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'x' },
      /OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be/,
    ],
    [
      'USERSPAN_ENABLED',
      {},
      { USERSPAN_ENABLED: 'maybe' },
      /USERSPAN_ENABLED must be true or false, got "maybe"/,
    ],
    ['maxQueueSize', { maxQueueSize: 0 }, {}, /maxQueueSize must be a whole number of at least 1, got 0/],
    [
      'USERSPAN_FLUSH_TIMEOUT_MS',
      {},
      { USERSPAN_FLUSH_TIMEOUT_MS: '5s' },
      /USERSPAN_FLUSH_TIMEOUT_MS must be a whole number.*5s/,
    ],
    [
      'USERSPAN_HEADERS',
      {},
      { USERSPAN_HEADERS: 'a' },
      /USERSPAN_HEADERS must have the form key=value.*got "a"/,
    ],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      {},
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /OTEL_EXPORTER_OTLP_PROTOCOL must be http\/protobuf or http\/json, got "grpc".*4318/,
    ],
    [
      'USERSPAN_USER_ID',
      {},
      { USERSPAN_USER_ID: 'sha' },
      /USERSPAN_USER_ID must be one of plain, hmac, got "sha"/,
    ],
  ] as const)('throws with the correct value: %s', (_, options, env, message) => {
    expect(() => resolveOptions(options, env)).toThrow(message);
  });
});
