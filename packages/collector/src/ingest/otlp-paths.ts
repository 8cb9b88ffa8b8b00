import { type Signal, SIGNALS } from '../otlp/signal.ts';

/** A path that accepts OTLP/HTTP, and the clients that use it. */
export interface OtlpPath {
  readonly path: string;
  readonly signal: Signal;
  readonly client: string;
}

/** Paths of other vendors' servers, so that their clients need only another base URL. */
const VENDOR_PATHS: readonly OtlpPath[] = [
  { path: '/api/public/otel/v1/traces', signal: 'traces', client: 'Langfuse' },
  { path: '/api/public/otel/v1/metrics', signal: 'metrics', client: 'Langfuse' },
  { path: '/i/v0/ai/otel', signal: 'traces', client: 'PostHog AI' },
  { path: '/i/v0/ai/otel/v1/traces', signal: 'traces', client: 'PostHog AI' },
  { path: '/otel/v1/traces', signal: 'traces', client: 'LangSmith' },
  { path: '/api/v1/otel/v1/traces', signal: 'traces', client: 'LangSmith' },
  { path: '/v1/trace/log-python', signal: 'traces', client: 'Helicone' },
  { path: '/api/v1/private/otel/v1/traces', signal: 'traces', client: 'Opik' },
];

/** Every path that accepts OTLP/HTTP, those of the specification first. */
export const OTLP_PATHS: readonly OtlpPath[] = [
  ...SIGNALS.map((signal) => ({ path: `/v1/${signal}`, signal, client: 'OpenTelemetry' })),
  ...VENDOR_PATHS,
];

const PATHS: ReadonlySet<string> = new Set(OTLP_PATHS.map(({ path }) => path));

/** Whether answers to a URL, including errors, must have the format of OTLP: a `google.rpc.Status`. */
export function isOtlpUrl(url: string): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return path.startsWith('/v1/') || PATHS.has(path);
}
