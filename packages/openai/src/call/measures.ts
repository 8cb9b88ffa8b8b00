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
import type { Usage } from '@userspan/pricing';

import type { Call } from './call.ts';
import type { CallMeasures } from './metrics.ts';
import { asText } from './record.ts';

/** What a call adds to the metrics: a fixed set of attributes with few values, never who it was for. */
export function measuresOf(
  call: Call,
  usage: Usage,
  errorType: string | undefined,
  durationSeconds: number | undefined,
  firstChunkSeconds: number | undefined,
): CallMeasures {
  const { endpoint, host, fields } = call.start;
  const attributes: Attributes = {
    [ATTR_OPERATION_NAME]: endpoint.operation,
    [ATTR_PROVIDER_NAME]: host.provider,
  };
  const model = asText(fields['model']);
  if (model !== undefined) attributes[ATTR_REQUEST_MODEL] = model;
  if (call.outcome.model !== undefined) attributes[ATTR_RESPONSE_MODEL] = call.outcome.model;
  if (host.address !== undefined) attributes[ATTR_SERVER_ADDRESS] = host.address;
  if (host.port !== undefined) attributes[ATTR_SERVER_PORT] = host.port;
  if (errorType !== undefined) attributes[ATTR_ERROR_TYPE] = errorType;
  return {
    attributes,
    durationSeconds,
    firstChunkSeconds,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
  };
}
