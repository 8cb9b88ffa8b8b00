import { checkedUrl, count, keyValues, oneOf } from './option-values.ts';
import type { Read } from './option-values.ts';

/** The encodings of OTLP/HTTP. */
export type ExportProtocol = 'http/protobuf' | 'http/json';

/** Destination and format of exported spans. */
export interface ExportTarget {
  /** The full URL including `/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: ExportProtocol;
  readonly compression: 'gzip' | 'none';
  /** Time limit for one export with its retries. */
  readonly timeoutMs: number;
  /** PEM contents for `node:tls`. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** A file for `ExportTarget.tls` that has to be read. */
export interface TlsFile {
  readonly field: keyof ExportTarget['tls'];
  readonly variable: string;
  readonly path: string;
}

interface TargetOptions {
  readonly endpoint?: string;
  readonly protocol?: ExportProtocol;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly exportTimeoutMs?: number;
}

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/**
 * Resolves the target from options and variables. Pure.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * @throws Error that names the option or variable and the accepted values.
 */
export function resolveExportTarget(options: TargetOptions, read: Read): Omit<ExportTarget, 'tls'> {
  const token = options.token ?? read('USERSPAN_TOKEN');
  return {
    url: tracesUrl(options.endpoint, read),
    headers: {
      ...lowercased(keyValuesOf('OTEL_EXPORTER_OTLP_HEADERS', read)),
      ...lowercased(keyValuesOf('OTEL_EXPORTER_OTLP_TRACES_HEADERS', read)),
      ...lowercased(keyValuesOf('USERSPAN_HEADERS', read)),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...lowercased(options.headers ?? {}),
    },
    protocol: protocolOf(options.protocol, read),
    compression: compressionOf(read),
    timeoutMs: count(
      'exportTimeoutMs',
      options.exportTimeoutMs,
      ['USERSPAN_EXPORT_TIMEOUT_MS', 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
      read,
      10_000,
    ),
  };
}

/** The certificate files that the variables name. */
export function tlsFiles(read: Read): TlsFile[] {
  return (
    [
      ['ca', 'CERTIFICATE'],
      ['cert', 'CLIENT_CERTIFICATE'],
      ['key', 'CLIENT_KEY'],
    ] as const
  ).flatMap(([field, suffix]) => {
    const variable = variableOf(suffix, read);
    const path = read(variable);
    return path === undefined ? [] : [{ field, variable, path }];
  });
}

function tracesUrl(endpoint: string | undefined, read: Read): string {
  const base = endpoint ?? read('USERSPAN_ENDPOINT');
  if (base === undefined) {
    const whole = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    if (whole !== undefined) return checkedUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', whole).href;
  }
  const url = checkedUrl('endpoint', base ?? read('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
}

function protocolOf(option: string | undefined, read: Read): ExportProtocol {
  const variable =
    read('USERSPAN_PROTOCOL') === undefined ? variableOf('PROTOCOL', read) : 'USERSPAN_PROTOCOL';
  const [name, value] = option === undefined ? [variable, read(variable)] : ['protocol', option];
  if (value?.toLowerCase() === 'grpc') {
    throw new Error(
      `userspan: ${name} must be http/protobuf or http/json, got "grpc": register() sends over HTTP. Most collectors accept it on port 4318.`,
    );
  }
  return oneOf(name, value, PROTOCOLS) ?? 'http/protobuf';
}

function compressionOf(read: Read): 'gzip' | 'none' {
  const variable = variableOf('COMPRESSION', read);
  return oneOf(variable, read(variable), ['gzip', 'none']) ?? 'none';
}

/** The name of the variable for traces if it is set, otherwise of the one for all signals. */
function variableOf(suffix: string, read: Read): string {
  const forTraces = `OTEL_EXPORTER_OTLP_TRACES_${suffix}`;
  return read(forTraces) === undefined ? `OTEL_EXPORTER_OTLP_${suffix}` : forTraces;
}

function keyValuesOf(variable: string, read: Read): Record<string, string> {
  return keyValues(variable, read(variable));
}

/** Converts header names to lower case, so that each occurs once. */
function lowercased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
