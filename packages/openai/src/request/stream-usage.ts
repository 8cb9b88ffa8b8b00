import type { Client, RequestOptions } from '../patch/client-internals.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Host } from '../call/host.ts';

/** First API version of Azure that accepts `stream_options`. Older ones return 400. */
const FIRST_AZURE_VERSION = '2024-09-01';
const DATED = /^\d{4}-\d{2}-\d{2}/;

/**
 * Whether to add `stream_options.include_usage`: for OpenAI, Azure and hosts that the app lists. Other hosts may refuse
 * unknown fields, and a request must not fail because of us.
 */
export function mayAskForUsage(
  endpoint: Endpoint,
  host: Host,
  client: Client,
  request: RequestOptions,
  fields: Readonly<Record<string, unknown>>,
  options: ResolvedOptions,
): boolean {
  if (fields['stream'] !== true || (endpoint.api !== 'chat' && endpoint.api !== 'completions')) return false;
  // Azure "on your data" refuses it in all versions.
  if (!options.requestsUsage || fields['data_sources'] !== undefined || fields['dataSources'] !== undefined) {
    return false;
  }
  const isKnown = host.takesStreamOptions || isNamed(host, options.usageHosts);
  return isKnown && isRecent(apiVersionOf(client, request));
}

/** Whether the app listed the host, with or without its port. */
function isNamed({ address, port }: Host, named: readonly string[]): boolean {
  return address !== undefined && (named.includes(address) || named.includes(`${address}:${String(port)}`));
}

function isRecent(version: string | undefined): boolean {
  return version === undefined || !DATED.test(version) || version.slice(0, 10) >= FIRST_AZURE_VERSION;
}

function apiVersionOf(client: Client, request: RequestOptions): string | undefined {
  const { apiVersion, _options: options, baseURL } = client;
  const asked =
    request.query?.['api-version'] ??
    options?.defaultQuery?.['api-version'] ??
    versionIn(request.path) ??
    versionIn(baseURL) ??
    apiVersion;
  return typeof asked === 'string' ? asked : undefined;
}

function versionIn(url: unknown): string | undefined {
  return typeof url === 'string' ? /[?&]api-version=([^&#]+)/.exec(url)?.[1] : undefined;
}
