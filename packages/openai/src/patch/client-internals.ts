/**
 * Structural types for the internals of the `openai` package that are patched.
 *
 * They are the same in 4.19 to 7.x. Not imported from `openai`, so that its types do not appear in our declarations.
 */

/** The result of the client's `fetch`: a `Response` of the platform or of `node-fetch`. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Options of one request, the argument of `makeRequest`. */
export interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly stream?: boolean;
  readonly query?: Readonly<Record<string, unknown>> | null;
  readonly __binaryResponse?: boolean;
  readonly __metadata?: Readonly<Record<string, unknown>>;
}

/** The result of `makeRequest` and argument of every response parser. */
export interface ResponseProps {
  readonly response: FetchResponse;
  readonly options: RequestOptions;
  readonly controller: AbortController;
}

export type MakeRequest = (
  this: Client,
  options: RequestOptions | PromiseLike<RequestOptions>,
  retriesRemaining: unknown,
  /** Since 5. */
  retryOfRequestLogID?: unknown,
) => Promise<ResponseProps>;

/** `(props)` in openai 4, `(client, props)` since 5. */
export type ParseResponse = (...args: unknown[]) => unknown;

/** The lazy promise that every method of a resource returns. */
export interface ApiPromise {
  parseResponse?: ParseResponse;
  readonly responsePromise?: Promise<ResponseProps>;
  asResponse?: (this: ApiPromise) => Promise<FetchResponse>;
  withResponse?: (this: ApiPromise) => Promise<unknown>;
}

export type Request = (this: Client, options: unknown, retries?: unknown) => ApiPromise;

/** An instance of `OpenAI`, `AzureOpenAI` or a subclass. */
export interface Client {
  readonly baseURL: string;
  /** Only `AzureOpenAI` has it. */
  readonly apiVersion?: unknown;
  readonly _options?: { readonly defaultQuery?: Readonly<Record<string, unknown>> | null };
  /** Since 6, if the client obtains its tokens itself. */
  readonly _workloadIdentityAuth?: unknown;
}

/** The class or instance that carries the methods. */
export interface ClientMethods {
  makeRequest?: MakeRequest;
  request?: Request;
  /** Creates the promise of a list, without calling `request`. */
  requestAPIList?: Request;
  /** Since 7: parses, and retries if the body times out. */
  parseResponseWithTimeout?: (...args: unknown[]) => Promise<unknown>;
  withOptions?: (this: object, ...args: readonly unknown[]) => object;
}

/** The library's `Stream`. */
export interface LibraryStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller: AbortController;
}

/** Whether a parsed response is the library's `Stream`. */
export function isLibraryStream(value: unknown): value is LibraryStream {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<LibraryStream>).iterator === 'function' &&
    typeof (value as Partial<LibraryStream>).controller === 'object'
  );
}
