/**
 * The ids of a span and of its parent in the table of spans.
 *
 * Writers insert them as `span_id` and `parent_span_id`, and readers read them as `id` and `parent_id`. In between, new
 * tables of one server keep both in the column `ids`. Tables of clusters keep a column for each, and so do tables of older
 * versions on servers.
 */

/** The eight bytes of the number in a column, the lowest first. */
const bytesOf = (column: string): string => `reinterpretAsFixedString(${column})`;

/** A span's id in `ids`: the number in its first bytes. Part of the sorting key. */
export const ID_IN_IDS = 'reinterpretAsUInt64(ids)';

/**
 * Columns that the engine computes. A parent's id repeats the id of a span a few rows away, and takes a fifth of the space
 * in the same column as that.
 */
export const IDS_TOGETHER = {
  ids: `FixedString(16) DEFAULT toFixedString(concat(${bytesOf('span_id')}, ${bytesOf('parent_span_id')}), 16) CODEC(ZSTD(3))`,
  id: `UInt64 ALIAS ${ID_IN_IDS}`,
  parent_id: 'UInt64 ALIAS reinterpretAsUInt64(substring(ids, 9, 8))',
} as const;

/** Names for readers where each id has its column. */
export const IDS_IN_COLUMNS = {
  id: 'UInt64 ALIAS span_id',
  parent_id: 'UInt64 ALIAS parent_span_id',
} as const;
