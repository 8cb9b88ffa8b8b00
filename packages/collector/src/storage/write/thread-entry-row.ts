import {
  ATTR_FEEDBACK_COMMENT,
  ATTR_FEEDBACK_SCORE,
  ATTR_FEEDBACK_TARGET,
  ATTR_FEEDBACK_TARGET_ID,
  ATTR_FEEDBACK_THUMB,
  ATTR_MESSAGE_ID,
  ATTR_MESSAGE_IS_RETRY,
  ATTR_MESSAGE_ROLE,
} from '@userspan/core/semconv';
import type { Attributes, SpanReading } from '@userspan/ledger';

import { numberOf, uuidOf } from '../engine/ids.ts';
import { boundedName, boundedNs } from './call-row.ts';
import type { Cell } from './columns/column.ts';
import type { ReceivedSpan } from './span-batch.ts';
import { serviceOf } from './span-row.ts';

/** Maximum stored length of a comment. */
const MAX_COMMENT = 16_384;
const TARGETS: ReadonlySet<string> = new Set(['message', 'run', 'thread']);

/**
 * Cells of a message or of feedback that an application tracked, in the order of the table `thread_entries`;
 * `undefined` for any other span. The span itself is stored, too; this row is an index and contains no content.
 */
export function threadEntryCells(received: ReceivedSpan, reading: SpanReading): Cell[] | undefined {
  const { span, project, receivedAtMs } = received;
  const { attributes } = span;
  const isMessage =
    Object.hasOwn(attributes, ATTR_MESSAGE_ID) || Object.hasOwn(attributes, ATTR_MESSAGE_ROLE);
  const targetId = textOf(attributes, ATTR_FEEDBACK_TARGET_ID);
  if (!isMessage && targetId === '') {
    return undefined;
  }
  const thumb = textOf(attributes, ATTR_FEEDBACK_THUMB);
  const score = Object.hasOwn(attributes, ATTR_FEEDBACK_SCORE) ? attributes[ATTR_FEEDBACK_SCORE] : undefined;
  const target = textOf(attributes, ATTR_FEEDBACK_TARGET);
  return [
    project,
    uuidOf(span.traceId),
    numberOf(span.spanId),
    String(boundedNs(span.startTimeUnixNano)),
    isMessage ? 'message' : 'feedback',
    (reading.user.user ?? reading.user.resourceUser)?.id ?? '',
    reading.user.claimed ? 1 : 0,
    serviceOf(span.resource),
    reading.traceSpan.threadId ?? '',
    isMessage ? textOf(attributes, ATTR_MESSAGE_ID) : targetId,
    isMessage ? '' : TARGETS.has(target) ? target : 'message',
    textOf(attributes, ATTR_MESSAGE_ROLE),
    attributes[ATTR_MESSAGE_IS_RETRY] === true ? 1 : 0,
    thumb === 'up' || thumb === 'down' ? thumb : '',
    typeof score === 'number' && Number.isFinite(score) ? score : null,
    textOf(attributes, ATTR_FEEDBACK_COMMENT, MAX_COMMENT),
    Math.floor(receivedAtMs / 1000),
  ];
}

function textOf(attributes: Attributes, name: string, maxLength?: number): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (typeof value !== 'string') {
    return '';
  }
  return maxLength === undefined ? boundedName(value) : value.slice(0, maxLength).toWellFormed();
}
