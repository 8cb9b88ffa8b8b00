import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../api/usage.ts';
import { firstTime } from '../chart/stack-usage.ts';
import { bucketOf, type Bucket } from '../url/range.ts';
import { useRange } from './use-range.ts';

/** The bucket width for the range of the page. For all time it depends on the month of the first call. */
export function useBucket(): Bucket {
  const { range, nowMs } = useRange();
  const months = useQuery({ ...usageQuery({ bucket: 'month' }), enabled: range.fromMs === undefined });
  return bucketOf(range, nowMs, firstTime(months.data?.data ?? []));
}
