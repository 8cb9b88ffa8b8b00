import type { Exchange } from './exchange.ts';

/** An error of the API: an HTTP status and the body's `error` object. */
export interface ApiError {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param?: string | null;
}

const ERRORS: Readonly<Record<number, Omit<ApiError, 'status'>>> = {
  400: { message: 'Invalid request.', type: 'invalid_request_error', code: 'invalid_request' },
  401: {
    message:
      'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  403: {
    message: 'Country, region, or territory not supported',
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  },
  404: {
    message: 'The model does not exist or you do not have access to it.',
    type: 'invalid_request_error',
    code: 'model_not_found',
  },
  409: { message: 'The resource was changed by another request.', type: 'conflict_error', code: 'conflict' },
  422: { message: 'Unprocessable entity.', type: 'invalid_request_error', code: 'unprocessable_entity' },
  429: { message: 'Rate limit reached for requests.', type: 'requests', code: 'rate_limit_exceeded' },
  500: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    code: null,
  },
  503: {
    message: 'The engine is currently overloaded, please try again later',
    type: 'server_error',
    code: 'overloaded',
  },
};

/** The error that the real service sends with a status. */
export function errorOf(status: number): ApiError {
  const known = ERRORS[status] ?? ERRORS[status < 500 ? 400 : 500];
  return { status, message: '', type: 'server_error', code: null, ...known };
}

/** The JSON body of an error. */
export function errorBody({ message, type, code, param }: ApiError): object {
  return { error: { message, type, param: param ?? null, code } };
}

/** Answers with an error. A 429 always says when to try again: at once, unless the scenario says later. */
export function refuse({ send, scenario }: Exchange, error: ApiError): void {
  const retryAfterMs = scenario.retryAfterMs ?? (error.status === 429 ? 1 : undefined);
  const retry =
    retryAfterMs === undefined
      ? {}
      : { 'retry-after-ms': String(retryAfterMs), 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  send(error.status, errorBody(error), { ...retry, ...scenario.headers });
}

/** A request that the API does not accept. */
export function badRequest(message: string, param: string | null = null): ApiError {
  return { status: 400, message, type: 'invalid_request_error', code: null, param };
}
