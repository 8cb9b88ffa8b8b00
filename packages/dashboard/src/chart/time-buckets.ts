import type { Bucket } from '../url/range.ts';

const hourMs = 3_600_000;

/** The start of the bucket that contains a time, in the browser's time zone. Weeks start on Monday. */
export function bucketStart(timeMs: number, bucket: Bucket): number {
  const date = new Date(timeMs);
  const day = [date.getFullYear(), date.getMonth(), date.getDate()] as const;
  if (bucket === 'hour') return Math.floor(timeMs / hourMs) * hourMs;
  if (bucket === 'day') return new Date(...day).getTime();
  if (bucket === 'month') return new Date(day[0], day[1]).getTime();
  return new Date(day[0], day[1], day[2] - ((date.getDay() + 6) % 7)).getTime();
}

/** The start of the next bucket. With daylight saving time a day may have 23 or 25 hours. */
export function nextBucket(startMs: number, bucket: Bucket): number {
  const date = new Date(startMs);
  const day = [date.getFullYear(), date.getMonth(), date.getDate()] as const;
  if (bucket === 'hour') return startMs + hourMs;
  if (bucket === 'month') return new Date(day[0], day[1] + 1).getTime();
  return new Date(day[0], day[1], day[2] + (bucket === 'day' ? 1 : 7)).getTime();
}

const mostBuckets = 1500;

/** The starts of all buckets between two times, including those without calls. */
export function bucketsBetween(fromMs: number, toMs: number, bucket: Bucket): number[] {
  const starts: number[] = [];
  for (
    let at = bucketStart(fromMs, bucket);
    at < toMs && starts.length < mostBuckets;
    at = nextBucket(at, bucket)
  ) {
    starts.push(at);
  }
  return starts;
}
