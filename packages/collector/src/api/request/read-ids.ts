import { Problem } from '../response/problem.ts';

/** A trace id in lower case; 400 unless it is 32 hex digits. */
export function checkTraceId(traceId: string): string {
  const id = traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Problem(400, 'A trace id is 32 hex digits.');
  return id;
}

/** A span id in lower case; 400 unless it is 16 hex digits. */
export function checkSpanId(spanId: string): string {
  const id = spanId.toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(id)) throw new Problem(400, 'A span id is 16 hex digits.');
  return id;
}
