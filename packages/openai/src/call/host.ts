import type { Attributes, SpanOptions } from '@opentelemetry/api';
import { providerOf } from '@userspan/pricing';

import type { Client, RequestOptions } from '../patch/client-internals.ts';

/** The host to which a client sends requests. */
export interface Host {
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly baseUrl: string;
  readonly address?: string;
  readonly port?: number;
  /** Whether the host name is that of OpenAI or Azure, which accept `stream_options`. */
  readonly takesStreamOptions: boolean;
  /** Cached start options of spans, by endpoint and model. */
  readonly spanStarts: WeakMap<object, Map<string | undefined, SpanStart>>;
}

/** Start options of a span. Shared by many spans and never changed. */
export interface SpanStart {
  readonly name: string;
  readonly options: Readonly<SpanOptions> & { readonly attributes: Readonly<Attributes> };
}

/** Clients usually have few base URLs. The limit is for apps that create them from data. */
const MAX_HOSTS = 64;
const hosts = new Map<string, Host>();

/** The host of a base URL. The provider of an unknown host (a proxy, a test server) is OpenAI. */
export function hostOf(baseUrl: unknown): Host {
  const text = typeof baseUrl === 'string' ? baseUrl : '';
  let host = hosts.get(text);
  if (host === undefined) {
    host = readHost(text);
    if (hosts.size < MAX_HOSTS) hosts.set(text, host);
  }
  return host;
}

/** Matches a path that is an absolute URL, for which the library ignores the client's base URL. */
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
