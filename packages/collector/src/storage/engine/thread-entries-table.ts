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

import type { Table } from './table.ts';

const WORD = 'LowCardinality(String)';
const TEXT = 'String CODEC(ZSTD(3))';

/**
 * An index of messages and feedback that applications tracked, by thread, call and user. The content is in their spans.
 */
export const THREAD_ENTRIES: Table = {
  name: 'thread_entries',
  columns: {
    project: WORD,
    trace_id: 'UUID',
    span_id: 'UInt64',
    at_ns: 'Int64 CODEC(Delta, ZSTD(1))',
    /** `message` or `feedback`. */
    kind: WORD,
    user_id: TEXT,
    user_claimed: 'UInt8 CODEC(ZSTD(1))',
    service: WORD,
    thread_id: TEXT,
    /** Id of the message, or of the target of the feedback. */
    id: TEXT,
    /** Kind of the feedback's target: `message`, `run` or `thread`. */
    target: WORD,
    role: WORD,
    is_retry: 'UInt8 CODEC(ZSTD(1))',
    thumb: WORD,
    score: 'Nullable(Float64)',
    comment: TEXT,
    received: 'UInt32 CODEC(ZSTD(1))',
  },
  merge: 'replace',
  orderBy: ['project', 'trace_id', 'span_id'],
  partitionBy: "toYYYYMM(toDateTime(received, 'UTC'))",
  indexes: [
    'INDEX by_thread thread_id TYPE bloom_filter(0.01) GRANULARITY 4',
    'INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 4',
    'INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 4',
  ],
  shardBy: 'cityHash64(project, trace_id)',
  settings: { index_granularity: 2048 },
};

/**
 * Fills the table of messages and feedback from the spans in a store of an older version. This is the rule of
 * `threadEntryCells` in SQL. Rows with the same key replace each other, so it can be repeated.
 */
export function fillThreadEntries(): string {
  const text = (name: string): string => `JSONExtractString(attributes, '${name}')`;
  const isMessage = `(JSONHas(attributes, '${ATTR_MESSAGE_ID}') OR JSONHas(attributes, '${ATTR_MESSAGE_ROLE}'))`;
  const score = `JSONExtract(attributes, '${ATTR_FEEDBACK_SCORE}', 'Nullable(Float64)')`;
  const thumb = text(ATTR_FEEDBACK_THUMB);
  const target = text(ATTR_FEEDBACK_TARGET);
  return `INSERT INTO thread_entries (project, trace_id, span_id, at_ns, kind, user_id, user_claimed, service, thread_id,
      id, target, role, is_retry, thumb, score, comment, received)
    SELECT project, trace_id, span_id, start_ns, if(${isMessage}, 'message', 'feedback'), user_id, user_claimed, service, thread_id,
      if(${isMessage}, ${text(ATTR_MESSAGE_ID)}, ${text(ATTR_FEEDBACK_TARGET_ID)}),
      multiIf(${isMessage}, '', ${target} IN ('message', 'run', 'thread'), ${target}, 'message'),
      ${text(ATTR_MESSAGE_ROLE)}, JSONExtractBool(attributes, '${ATTR_MESSAGE_IS_RETRY}'),
      if(${thumb} IN ('up', 'down'), ${thumb}, ''), ${score}, ${text(ATTR_FEEDBACK_COMMENT)}, received
    FROM spans FINAL
    WHERE name IN ('userspan.message', 'userspan.feedback') AND (${isMessage} OR ${text(ATTR_FEEDBACK_TARGET_ID)} != '')`;
}
