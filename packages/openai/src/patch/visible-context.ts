import { isFetchObserved, isMethod } from '@userspan/core/internal';

import type { Client, MakeRequest, RequestOptions } from './client-internals.ts';

/** What the methods of a client run when it sends a request. All members are read from an unknown version of it. */
interface ClientParts {
  readonly baseURL?: unknown;
  readonly fetch?: unknown;
  readonly fetchOptions?: unknown;
  readonly logLevel?: unknown;
  readonly _provider?: unknown;
  readonly _workloadIdentityAuth?: unknown;
  readonly _options?: Readonly<Record<string, unknown>>;
}

interface RequestParts extends RequestOptions {
  readonly fetchOptions?: unknown;
}

/** The methods that an app can replace, on a client or on its class, and that run below `makeRequest`. */
interface RequestSteps {
  readonly prepareOptions?: unknown;
  readonly prepareRequest?: unknown;
  readonly buildRequest?: unknown;
  readonly buildURL?: unknown;
  readonly buildHeaders?: unknown;
  readonly buildBody?: unknown;
  readonly authHeaders?: unknown;
  readonly bearerAuth?: unknown;
  readonly validateHeaders?: unknown;
  readonly defaultQuery?: unknown;
  readonly stringifyQuery?: unknown;
  readonly getUserAgent?: unknown;
  readonly defaultIdempotencyKey?: unknown;
  readonly _callApiKey?: unknown;
  readonly fetchWithAuth?: unknown;
  readonly fetchWithTimeout?: unknown;
  readonly makeStatusError?: unknown;
  readonly shouldRetry?: unknown;
  readonly retryRequest?: unknown;
}

/** Methods that run before or after `makeRequest`. We and other instrumentations patch them. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'constructor',
  'makeRequest',
  'request',
  'requestAPIList',
  'parseResponseWithTimeout',
  'withOptions',
]);
/** Levels at which the library logs nothing about a request that succeeds or is repeated. */
const QUIET_LEVELS: ReadonlySet<unknown> = new Set(['off', 'error', 'warn']);
/** Client options that are objects without functions. */
const DATA_OPTIONS: ReadonlySet<string> = new Set(['defaultHeaders', 'defaultQuery']);

/**
 * Whether code of the app, or of another library, can run below a request of this client and see the context there. If
 * it can, its spans must be children of the call's span, so the request is sent in the call's context. If it cannot,
 * the request is sent without entering a context.
 *
 * It can unless the client is an unchanged `OpenAI` of openai 5 or later that sends with Node's own `fetch`, and
 * everything else that such a client would call is the library's or Node's own. The getters and `toJSON` methods inside
 * of a body are not looked for.
 */
export function isContextVisible(client: Client, original: MakeRequest): boolean {
  const parts = client as ClientParts;
  const { baseURL, _options: options } = parts;
  return (
    typeof baseURL !== 'string' ||
    options === undefined ||
    parts.fetchOptions != null ||
    parts._provider != null ||
    parts._workloadIdentityAuth != null ||
    !QUIET_LEVELS.has(parts.logLevel) ||
    !areOptionsData(options, parts.fetch) ||
    !isLibrarysOwn(client, original) ||
    isFetchObserved(parts.fetch, !baseURL.startsWith('http:'))
  );
}

/** Whether code of the app can run because of what one request sends. */
export function isRequestActive(options: RequestOptions): boolean {
  const { body, fetchOptions } = options as RequestParts;
  if (fetchOptions != null) return true;
  if (typeof body !== 'object' || body === null) return typeof body === 'function';
  const prototype: unknown = Object.getPrototypeOf(body);
  return (
    (prototype !== Object.prototype && prototype !== null) ||
    Symbol.asyncIterator in body ||
    Symbol.iterator in body ||
    'toJSON' in body
  );
}

const dataOptions = new WeakSet<object>();

/** Whether a client's options contain nothing that can be called, except its `fetch`. */
function areOptionsData(options: Readonly<Record<string, unknown>>, fetch: unknown): boolean {
  // The only two that an app has a reason to replace later.
  if (typeof options['apiKey'] === 'function' || typeof options['adminAPIKey'] === 'function') return false;
  if (dataOptions.has(options)) return true;
  for (const [name, value] of Object.entries(options)) {
    if (DATA_OPTIONS.has(name) || value === null) continue;
    if ((name === 'fetch' && value === fetch) || (name === 'logger' && value === console)) continue;
    if (typeof value === 'object' || typeof value === 'function') return false;
  }
  dataOptions.add(options);
  return true;
}

/** The methods of each class of the library that was seen, or null if one was not written as a method of it. */
const classes = new WeakMap<object, RequestSteps | null>();
/** The methods of each client that had no method of its own when it was seen first. */
const clients = new WeakMap<object, RequestSteps | null>();
const originals = new WeakMap<MakeRequest, boolean>();

/**
 * Whether a client is an instance of the library's base class, and none of its methods was replaced, on the class or on
 * the instance.
 */
function isLibrarysOwn(client: Client, original: MakeRequest): boolean {
  let steps = clients.get(client);
  if (steps === undefined) {
    steps = stepsOfClient(client);
    clients.set(client, steps);
  }
  const own: RequestSteps = client as object;
  return steps !== null && isOriginal(original) && isPreparedBy(own, steps) && isSentBy(own, steps);
}

/** Written out, because a loop over names takes microseconds. */
function isPreparedBy(client: RequestSteps, steps: RequestSteps): boolean {
  return (
    client.prepareOptions === steps.prepareOptions &&
    client.prepareRequest === steps.prepareRequest &&
    client.buildRequest === steps.buildRequest &&
    client.buildURL === steps.buildURL &&
    client.buildHeaders === steps.buildHeaders &&
    client.buildBody === steps.buildBody &&
    client.defaultQuery === steps.defaultQuery &&
    client.stringifyQuery === steps.stringifyQuery &&
    client.getUserAgent === steps.getUserAgent &&
    client.defaultIdempotencyKey === steps.defaultIdempotencyKey
  );
}

function isSentBy(client: RequestSteps, steps: RequestSteps): boolean {
  return (
    client.authHeaders === steps.authHeaders &&
    client.bearerAuth === steps.bearerAuth &&
    client.validateHeaders === steps.validateHeaders &&
    client._callApiKey === steps._callApiKey &&
    client.fetchWithAuth === steps.fetchWithAuth &&
    client.fetchWithTimeout === steps.fetchWithTimeout &&
    client.makeStatusError === steps.makeStatusError &&
    client.shouldRetry === steps.shouldRetry &&
    client.retryRequest === steps.retryRequest
  );
}

/** Whether the method that we call is the library's, and not another instrumentation's. */
function isOriginal(original: MakeRequest): boolean {
  let isOwn = originals.get(original);
  if (isOwn === undefined) {
    isOwn = isMethod(original, 'makeRequest');
    originals.set(original, isOwn);
  }
  return isOwn;
}

function stepsOfClient(client: Client): RequestSteps | null {
  const prototype = Object.getPrototypeOf(client) as object;
  let steps = classes.get(prototype);
  if (steps === undefined) {
    steps = stepsOfClass(prototype);
    classes.set(prototype, steps);
  }
  const hasOwnMethod = Object.entries(Object.getOwnPropertyDescriptors(client)).some(
    ([name, { value }]) => typeof value === 'function' && name in prototype && !OUTSIDE.has(name),
  );
  return hasOwnMethod ? null : steps;
}

/**
 * A copy of the prototype with its methods. Null for a class that extends another one, which can be the app's, such as
 * a subclass that sends requests itself. `AzureOpenAI` is one, too, and calls the app for tokens.
 */
function stepsOfClass(prototype: object): RequestSteps | null {
  if (!Object.hasOwn(prototype, 'makeRequest') || Object.getPrototypeOf(prototype) !== Object.prototype) {
    return null;
  }
  const steps: Record<string, unknown> = {};
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (OUTSIDE.has(name) || typeof value !== 'function') continue;
    if (!isMethod(value, name)) return null;
    steps[name] = value;
  }
  return steps;
}
