import type { Registration } from './set-up/register.ts';

/**
 * For serverless: returns the handler's response and makes the platform wait until the spans are exported.
 *
 * With `waitUntil` (Vercel, Cloudflare, Next.js `after`) the response is sent immediately and the flush continues
 * afterwards. Without it, the response waits for the flush, because a frozen function cannot send spans.
 */
export async function flushAfter<Response>(
  registration: Pick<Registration, 'flush'>,
  response: Response | PromiseLike<Response>,
  waitUntil?: (work: Promise<unknown>) => void,
): Promise<Response> {
  try {
    return await response;
  } finally {
    const flushed = registration.flush();
    if (waitUntil === undefined) await flushed;
    else waitUntil(flushed);
  }
}
