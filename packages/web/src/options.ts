/** Options of `init`. */
export interface InitOptions {
  /**
   * Base URL of a collector, to which `/v1/traces` is appended: `https://userspan.example.com`. May be relative to the
   * page.
   */
  readonly endpoint: string;
  /** A write-only browser key of the collector. Default: no authorization. */
  readonly key?: string;
  /** `service.name` of the spans. Default: the page's host name. */
  readonly service?: string;
  /** Origins whose `fetch` requests carry the user, as `baggage: user.id=…`. Default: none, not even the page's own. */
  readonly sendUserTo?: readonly string[];
  /** Origins whose requests by `fetch` carry `traceparent`. Default: all that this `fetch` is called for. */
  readonly sendTraceTo?: readonly string[];
  /** Whether to record the text of messages. Default `false`: only the message's existence and its user. */
  readonly captureContent?: boolean;
  /** Maximum number of waiting spans. The oldest are dropped first. Default 500. */
  readonly maxQueuedSpans?: number;
  /** How long spans are collected before they are sent, in milliseconds. Default 1000. */
  readonly delayMs?: number;
}

/** Checked options with defaults. */
export interface Settings {
  readonly url: string;
  readonly key: string | undefined;
  readonly service: string;
  readonly sendUserTo: ReadonlySet<string>;
  readonly sendTraceTo: ReadonlySet<string> | undefined;
  readonly captureContent: boolean;
  readonly maxQueuedSpans: number;
  readonly delayMs: number;
}

/** Checks the options of a page at `pageUrl`. Throws a `TypeError` that says what is wrong and what to do. */
export function resolveOptions(options: InitOptions, pageUrl: string): Settings {
  const { endpoint, key, sendTraceTo } = options;
  const base = typeof endpoint === 'string' && endpoint !== '' ? urlOf(endpoint, pageUrl) : undefined;
  if (base === undefined) {
    throw new TypeError(
      "userspan: init needs an endpoint: init({ endpoint: 'https://userspan.example.com' }).",
    );
  }
  const path = base.pathname.replace(/\/+$/, '');
  return {
    url: `${base.origin}${path.endsWith('/v1/traces') ? path : `${path}/v1/traces`}`,
    key: key === '' ? undefined : key,
    service: options.service ?? new URL(pageUrl).hostname,
    sendUserTo: originsOf('sendUserTo', options.sendUserTo ?? []),
    sendTraceTo: sendTraceTo === undefined ? undefined : originsOf('sendTraceTo', sendTraceTo),
    captureContent: options.captureContent === true,
    maxQueuedSpans: atLeastOne('maxQueuedSpans', options.maxQueuedSpans ?? 500),
    delayMs: atLeastOne('delayMs', options.delayMs ?? 1000),
  };
}

function originsOf(name: string, origins: readonly string[]): Set<string> {
  return new Set(
    origins.map((origin) => {
      const url = urlOf(origin);
      if (url !== undefined && url.origin !== 'null') return url.origin;
      throw new TypeError(
        `userspan: ${name} takes origins such as 'https://api.example.com', not '${origin}'.`,
      );
    }),
  );
}

function atLeastOne(name: string, value: number): number {
  if (value >= 1) return value;
  throw new TypeError(`userspan: ${name} must be a number of at least 1, not ${value}.`);
}

function urlOf(text: string, base?: string): URL | undefined {
  try {
    const url = new URL(text, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
