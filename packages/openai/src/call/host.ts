import type { Attributes, SpanOptions } from '@opentelemetry/api';
import { providerOf } from '@userspan/pricing';

import type { Client, RequestOptions } from '../patch/client-internals.ts';

/** Where a client sends its requests. */
export interface Host {
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly baseUrl: string;
  readonly address?: string;
  readonly port?: number;
  /** Whether it is OpenAI or Azure, by its name: they are known to take `stream_options`. */
  readonly takesStreamOptions: boolean;
  /** How the spans of all requests to an endpoint start, by its model. */
  readonly spanStarts: WeakMap<object, Map<string | undefined, SpanStart>>;
}

/** What a span is started with. It may be shared with other spans, and is never changed. */
export interface SpanStart {
  readonly name: string;
  readonly options: Readonly<SpanOptions> & { readonly attributes: Readonly<Attributes> };
}

/** Clients have few base URLs; the bound is for an app that makes them from data. */
const MAX_HOSTS = 64;
const hosts = new Map<string, Host>();

/** The host of a base URL. A host that no provider is known by (a proxy, a test server) speaks for OpenAI. */
export function hostOf(baseUrl: unknown): Host {
  const text = typeof baseUrl === 'string' ? baseUrl : '';
  let host = hosts.get(text);
  if (host === undefined) {
    host = readHost(text);
    if (hosts.size < MAX_HOSTS) hosts.set(text, host);
  }
  return host;
}

/** Starts a path of a request that names its host itself: the library sends it there, whatever the client's base URL. */
const ABSOLUTE = /^https?:\/\//i;

/** The host that a request goes to. */
export function hostOfRequest(client: Client, { path }: RequestOptions): Host {
  if (path !== undefined && ABSOLUTE.test(path) && URL.canParse(path)) return hostOf(new URL(path).origin);
  return hostOf(client.baseURL);
}

function readHost(baseUrl: string): Host {
  const known = providerOf(baseUrl);
  const provider = known ?? 'openai';
  const takesStreamOptions = known === 'openai' || known === 'azure.ai.openai';
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    return { provider, baseUrl, takesStreamOptions, spanStarts: new WeakMap() };
  }
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return { provider, baseUrl, address: url.hostname, port, takesStreamOptions, spanStarts: new WeakMap() };
}
