import { describe, expect, it } from 'vitest';
import { resolveOptions } from './options.ts';
import type { RegisterOptions, ResolvedOptions } from './options.ts';

const defaults: ResolvedOptions = {
  enabled: true,
  tracesUrl: 'http://localhost:4318/v1/traces',
  headers: {},
  serviceName: undefined,
  baggage: 'guarded',
  send: undefined,
  trust: undefined,
  user: {},
  prices: undefined,
  pricesFile: undefined,
  openai: {},
  captureContent: false,
  maxQueueSize: 8192,
  scheduleDelayMs: 1000,
  exportTimeoutMs: 10_000,
  flushTimeoutMs: 5000,
  flushOnExit: true,
};

interface Row {
  readonly name: string;
  readonly options?: RegisterOptions;
  readonly env?: Record<string, string>;
  readonly resolved: Partial<ResolvedOptions>;
}

const rows: readonly Row[] = [
  { name: 'nothing said', resolved: {} },
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
    name: 'option beats both',
    options: { endpoint: 'http://a:1', serviceName: 'a' },
    env: {
      USERSPAN_ENDPOINT: 'http://b:1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:1',
      USERSPAN_SERVICE_NAME: 'b',
    },
    resolved: { tracesUrl: 'http://a:1/v1/traces', serviceName: 'a' },
  },
  {
    name: 'USERSPAN_* beats OTEL_*',
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
    resolved: { tracesUrl: 'http://b:1/otlp/v1/traces', serviceName: 'b', maxQueueSize: 10 },
  },
  {
    name: 'the traces endpoint is taken as it is, before the base',
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:1/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d:1' },
    resolved: { tracesUrl: 'http://c:1/x' },
  },
  {
    name: 'the base endpoint gets the path',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://d:1/' },
    resolved: { tracesUrl: 'https://d:1/v1/traces' },
  },
  { name: 'the SDK is off', env: { OTEL_SDK_DISABLED: 'TRUE' }, resolved: { enabled: false } },
  {
    name: 'token and headers',
    options: { headers: { 'x-a': '1' } },
    env: { USERSPAN_TOKEN: 't', USERSPAN_HEADERS: 'x-a=0, x-b = %20b=c' },
    resolved: { headers: { authorization: 'Bearer t', 'x-a': '1', 'x-b': ' b=c' } },
  },
  {
    name: 'who may leave and who is believed',
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
    name: 'what is exported of a user',
    env: { USERSPAN_USER_ID: 'hmac', USERSPAN_USER_KEY: 'k', USERSPAN_USER_PROPS: 'group, plan' },
    resolved: { user: { id: 'hmac', key: 'k', props: ['group', 'plan'] } },
  },
  {
    name: 'content is recorded, in the words of the conventions',
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_AND_EVENT' },
    resolved: { captureContent: true },
  },
  {
    name: 'content that was asked for in events only is not recorded',
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY' },
    resolved: {},
  },
  { name: 'no baggage', env: { USERSPAN_BAGGAGE: 'never' }, resolved: { baggage: 'never' } },
  { name: 'no OpenAI instrumentation', env: { USERSPAN_OPENAI: 'false' }, resolved: { openai: false } },
  {
    name: 'times and sizes',
    options: { flushTimeoutMs: 1 },
    env: { OTEL_BSP_SCHEDULE_DELAY: '7', OTEL_EXPORTER_OTLP_TIMEOUT: '8', USERSPAN_FLUSH_ON_EXIT: '0' },
    resolved: { flushTimeoutMs: 1, scheduleDelayMs: 7, exportTimeoutMs: 8, flushOnExit: false },
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
      /USERSPAN_HEADERS must read key=value.*"a" is neither/,
    ],
    [
      'USERSPAN_USER_ID',
      {},
      { USERSPAN_USER_ID: 'sha' },
      /USERSPAN_USER_ID must be one of plain, hmac, got "sha"/,
    ],
  ] as const)('says what to write instead: %s', (_, options, env, message) => {
    expect(() => resolveOptions(options, env)).toThrow(message);
  });
});
