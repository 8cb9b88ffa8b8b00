/**
 * What sums do with claimed calls: those sent with a browser key, or for a user whom only a browser names.
 *
 * - `ignore`: no sum and no list has them.
 * - `separate`: sums count verified calls alone; those of claimed calls are shown beside them.
 * - `count`: sums count both; those of claimed calls are shown as a part of them.
 */
export const CLAIMED_MODES = ['ignore', 'separate', 'count'] as const;
export type ClaimedMode = (typeof CLAIMED_MODES)[number];
