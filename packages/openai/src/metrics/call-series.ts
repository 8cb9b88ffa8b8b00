import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_OPERATION_NAME,
  ATTR_PROVIDER_NAME,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_MODEL,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@userspan/core/semconv';

import type { Host } from '../call/host.ts';
import { fixedAttributes } from './series-histogram.ts';

/**
 * The metric attributes of one kind of call. They are few, with few values and never the user, because each combination
 * is a time series. The objects are created once per kind and never changed.
 */
export interface CallSeries {
  /** Attributes of the duration and of the time to the first chunk. */
  readonly call: Attributes;
  /** Attributes of input tokens. */
  readonly input: Attributes;
  /** Attributes of output tokens. */
  readonly output: Attributes;
}

interface KnownSeries extends CallSeries {
  readonly operation: string;
  readonly host: Host;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly errorType: string | undefined;
}

/** Maximum number of cached kinds; an application has a handful. The oldest is removed. */
const MAX_SERIES = 16;
const known: KnownSeries[] = [];
let oldest = 0;

/** The attributes of a kind of call, created for the first call of the kind. */
export function seriesOfKind(
  operation: string,
  host: Host,
  requestModel: string | undefined,
  responseModel: string | undefined,
  errorType: string | undefined,
): CallSeries {
  for (let i = 0; i < known.length; i += 1) {
    const series = known[i] as KnownSeries;
    if (
      series.host === host &&
      series.operation === operation &&
      series.requestModel === requestModel &&
      series.responseModel === responseModel &&
      series.errorType === errorType
    ) {
      return series;
    }
  }
  const kind = { operation, host, requestModel, responseModel, errorType };
  const series: KnownSeries = {
    ...kind,
    call: attributesOf(kind, undefined),
    input: attributesOf(kind, 'input'),
    output: attributesOf(kind, 'output'),
  };
  known[oldest] = series;
  oldest = (oldest + 1) % MAX_SERIES;
  return series;
}

function attributesOf(
  kind: Omit<KnownSeries, keyof CallSeries>,
  tokenType: 'input' | 'output' | undefined,
): Attributes {
  const { host } = kind;
  const attributes: Attributes = {};
  if (kind.errorType !== undefined) attributes[ATTR_ERROR_TYPE] = kind.errorType;
  attributes[ATTR_OPERATION_NAME] = kind.operation;
  attributes[ATTR_PROVIDER_NAME] = host.provider;
  if (kind.requestModel !== undefined) attributes[ATTR_REQUEST_MODEL] = kind.requestModel;
  if (kind.responseModel !== undefined) attributes[ATTR_RESPONSE_MODEL] = kind.responseModel;
  if (tokenType !== undefined) attributes['gen_ai.token.type'] = tokenType;
  if (host.address !== undefined) attributes[ATTR_SERVER_ADDRESS] = host.address;
  if (host.port !== undefined) attributes[ATTR_SERVER_PORT] = host.port;
  return fixedAttributes(attributes);
}
