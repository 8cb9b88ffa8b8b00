/**
 * Finds out whether anything in this process can see the context in which a request is sent.
 *
 * To enter a context is expensive in Node 20 and 22: the first one enables async hooks, which then follow every promise of
 * the app. If only Node's own code runs below a request, nothing can see the context, and it need not be entered. Whatever
 * is not recognized counts as an observer: other runtimes, wrapped functions, unknown versions of Node's functions.
 */

/** Channel of the sockets below a request. */
const SOCKET_CHANNEL = 'net.client.socket';
/** Channels of `fetch`, with that of the sockets below it. */
const FETCH_CHANNELS = [
  'undici:request:create',
  'undici:request:bodyChunkSent',
  'undici:request:bodySent',
  'undici:request:headers',
  'undici:request:bodyChunkReceived',
  'undici:request:trailers',
  'undici:request:error',
  'undici:request:pending-requests',
  'undici:client:sendHeaders',
  'undici:client:beforeConnect',
  'undici:client:connected',
  'undici:client:connectError',
  'undici:proxy:connected',
  SOCKET_CHANNEL,
];
/** The same of `node:http` and `node:https`. */
const HTTP_CHANNELS = [
  'http.client.request.created',
  'http.client.request.start',
  'http.client.request.error',
  'http.client.request.bodyChunkSent',
  'http.client.request.bodySent',
  'http.client.response.finish',
  SOCKET_CHANNEL,
];

/** Where `fetch` of Node keeps the dispatcher that the app can replace, in undici up to 7 and from 8 on. */
const DISPATCHER: unique symbol = /* @__PURE__ */ Symbol.for('undici.globalDispatcher.1');
const NEXT_DISPATCHER: unique symbol = /* @__PURE__ */ Symbol.for('undici.globalDispatcher.2');

interface Dispatchers {
  readonly [DISPATCHER]?: unknown;
  readonly [NEXT_DISPATCHER]?: unknown;
}

interface Channel {
  readonly hasSubscribers: boolean;
}

interface Builtins {
  readonly fetchChannels: readonly Channel[];
  readonly httpChannels: readonly Channel[];
  readonly net: {
    readonly connect: unknown;
    readonly Socket: { readonly prototype: { readonly connect: unknown } };
  };
  readonly dns: { readonly lookup: unknown };
}

type Connects = { readonly connect: unknown };
type Requests = { readonly request: unknown };

interface NodeProcess {
  readonly release?: { readonly name?: unknown };
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly getBuiltinModule?: (name: string) => unknown;
}

interface NodeLoader {
  readonly _load?: (name: string) => unknown;
}

// Captured, so that a later replacement is not asked.
const sourceText: (this: unknown) => string = /* @__PURE__ */ Reflect.get(Function.prototype, 'toString');

/** One of Node's functions. It is recognized by names in its source that only Node's internal code can use. */
class NodeFunction {
  readonly #mark: string;
  #known: unknown;
  #foreign: unknown;

  constructor(mark: string) {
    this.#mark = mark;
  }

  /** Whether a value is this function, and not a wrapper, a bound function or a proxy of it. */
  is(value: unknown): boolean {
    if (value === this.#known) return value !== undefined;
    if (value === this.#foreign || typeof value !== 'function') return false;
    if (sourceText.call(value).includes(this.#mark)) {
      this.#known = value;
      return true;
    }
    this.#foreign = value;
    return false;
  }
}

const nodeFetch = /* @__PURE__ */ new NodeFunction("require('internal/deps/undici/undici')");
const netConnect = /* @__PURE__ */ new NodeFunction('normalizeArgs(args)');
const socketConnect = /* @__PURE__ */ new NodeFunction('normalizedArgsSymbol');
const tlsConnect = /* @__PURE__ */ new NodeFunction('normalizeConnectArgs(args)');
const dnsLookup = /* @__PURE__ */ new NodeFunction('new GetAddrInfoReqWrap(');
const httpRequest = /* @__PURE__ */ new NodeFunction('new ClientRequest(');
const httpsRequest = /* @__PURE__ */ new NodeFunction('ReflectConstruct(ClientRequest,');

let builtins: Builtins | undefined;
let tls: Connects | undefined;
let http: Requests | undefined;
let https: Requests | undefined;

/**
 * Whether anything can see the context of a request that is sent with this `fetch`. `isSecure` says whether the request
 * goes over TLS. It is cheap, and is asked for each request, because an observer can start at any time.
 */
export function isFetchObserved(fetch: unknown, isSecure: boolean): boolean {
  builtins ??= loadBuiltins();
  if (builtins === undefined || !nodeFetch.is(fetch)) return true;
  if (areSocketsObserved(builtins, builtins.fetchChannels, isSecure)) return true;
  const dispatchers = globalThis as Dispatchers;
  return !isDefaultDispatcher(dispatchers[DISPATCHER]) || !isDefaultDispatcher(dispatchers[NEXT_DISPATCHER]);
}

/** The same for a request that is sent with `node:http`, or with `node:https` if `isSecure`. */
export function isHttpObserved(isSecure: boolean): boolean {
  builtins ??= loadBuiltins();
  if (builtins === undefined || areSocketsObserved(builtins, builtins.httpChannels, isSecure)) return true;
  if (isSecure) {
    https ??= builtinModule('node:https') as Requests | undefined;
    return !httpsRequest.is(https?.request);
  }
  http ??= builtinModule('node:http') as Requests | undefined;
  return !httpRequest.is(http?.request);
}

function areSocketsObserved(
  { net, dns }: Builtins,
  channels: readonly Channel[],
  isSecure: boolean,
): boolean {
  for (let index = 0; index < channels.length; index += 1) {
    if (channels[index]?.hasSubscribers === true) return true;
  }
  if (!netConnect.is(net.connect) || !socketConnect.is(net.Socket.prototype.connect)) return true;
  if (!dnsLookup.is(dns.lookup)) return true;
  if (!isSecure) return false;
  tls ??= builtinModule('node:tls') as Connects | undefined;
  return !tlsConnect.is(tls?.connect);
}

interface Dispatcher {
  readonly dispatch?: unknown;
}

/** Node's own dispatcher, with its method, which a wrapper would replace. */
const defaults = new WeakMap<object, unknown>();

/** Whether the app has not replaced the dispatcher. It is undefined before the first request. */
function isDefaultDispatcher(dispatcher: unknown): boolean {
  if (dispatcher === undefined) return true;
  if (typeof dispatcher !== 'object' || dispatcher === null) return false;
  const dispatch = defaults.get(dispatcher);
  const current: Dispatcher = dispatcher;
  if (dispatch !== undefined) return current.dispatch === dispatch;
  if (!isDefaultAgent(current)) return false;
  defaults.set(dispatcher, current.dispatch);
  return true;
}

/**
 * Whether a dispatcher is an agent of the `undici` in Node, without functions of the app. The mark is from Node's bundle
 * of undici. The agent of the npm package, which the app can configure before we see it, does not have it.
 */
function isDefaultAgent(dispatcher: Dispatcher): boolean {
  const { constructor } = dispatcher;
  if (typeof constructor !== 'function' || !sourceText.call(constructor).includes('__name(this, "Agent")')) {
    return false;
  }
  const { prototype } = constructor as { readonly prototype: Dispatcher };
  if (Object.getPrototypeOf(dispatcher) !== prototype || Object.hasOwn(dispatcher, 'dispatch')) return false;
  if (typeof dispatcher.dispatch !== 'function' || !isMethod(dispatcher.dispatch, 'dispatch')) return false;
  const factory = memberOf(dispatcher, 'factory');
  const options = memberOf(dispatcher, 'options') as Readonly<Record<string, unknown>> | undefined;
  return (
    typeof factory === 'function' &&
    factory.name === 'defaultFactory' &&
    typeof options === 'object' &&
    options['connect'] === undefined &&
    options['interceptors'] === undefined
  );
}

function memberOf(holder: object, description: string): unknown {
  const key = Object.getOwnPropertySymbols(holder).find((symbol) => symbol.description === description);
  return key && (holder as Readonly<Record<symbol, unknown>>)[key];
}

/**
 * Whether a function was written as the method of a class (`async name() {}`), and not assigned to it later, as wrappers
 * are.
 */
export function isMethod(value: unknown, name: string): boolean {
  if (typeof value !== 'function') return false;
  const text = sourceText.call(value);
  return text.startsWith(`${name}(`) || text.startsWith(`async ${name}(`);
}

function loadBuiltins(): Builtins | undefined {
  const diagnostics = builtinModule('node:diagnostics_channel') as
    | { channel(name: string): Channel }
    | undefined;
  const net = builtinModule('node:net') as Builtins['net'] | undefined;
  const dns = builtinModule('node:dns') as Builtins['dns'] | undefined;
  if (diagnostics === undefined || net === undefined || dns === undefined) return undefined;
  const channelsOf = (names: readonly string[]): readonly Channel[] =>
    names.map((name) => diagnostics.channel(name));
  return {
    fetchChannels: channelsOf(FETCH_CHANNELS),
    httpChannels: channelsOf(HTTP_CHANNELS),
    net,
    dns,
  };
}

/**
 * A module of Node; undefined in other runtimes, including those that imitate Node.
 *
 * It is not loaded with `require` or `process.getBuiltinModule`: instrumentations hook them, and patch `net` or `dns` when
 * the app loads it first. An app that never does would get their spans because of us.
 */
function builtinModule(name: string): unknown {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const { bun, deno } = process?.versions ?? {};
  if (process?.release?.name !== 'node' || bun !== undefined || deno !== undefined) return undefined;
  const loader = process.getBuiltinModule?.('node:module') as NodeLoader | undefined;
  return loader?._load?.(name);
}
