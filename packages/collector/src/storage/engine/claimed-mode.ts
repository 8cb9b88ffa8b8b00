/**
 * How sums treat claimed calls, that is, calls sent with a browser key or for a user that only a browser names.
 *
 * - `ignore`: not included in any sum or list.
 * - `separate`: sums include verified calls only; separate sums show claimed calls.
 * - `count`: sums include both; sums of claimed calls are shown as a part of them.
 */
export const CLAIMED_MODES = ['ignore', 'separate', 'count'] as const;
export type ClaimedMode = (typeof CLAIMED_MODES)[number];
