import { createHash } from 'node:crypto';

import { numberOf, uuidOf } from '../engine/ids.ts';
import { boundedNs } from './call-row.ts';
import type { CallContent } from './span-batch.ts';
import { plainJson } from './plain-json.ts';
import type { Cell } from './columns/column.ts';

/**
 * Cells of the messages of a call, in the order of the table's columns. A record that is delivered twice has the same
 * row.
 */
export function contentCells(content: CallContent): Cell[] {
  const { project, traceId, spanId, timeUnixNano, receivedAtMs, attributes } = content;
  const json = plainJson(attributes);
  return [
    project,
    uuidOf(traceId),
    numberOf(spanId),
    String(boundedNs(timeUnixNano)),
    createHash('sha256').update(json).digest('base64url').slice(0, 22),
    json,
    Math.floor(receivedAtMs / 1000),
  ];
}
