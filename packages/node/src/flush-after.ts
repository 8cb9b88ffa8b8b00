import type { Registration } from './set-up/register.ts';

/**
 * For serverless: passes the handler's response on and keeps the platform waiting until the spans are out.
 *
 * With a `waitUntil` (Vercel, Cloudflare, Next.js `after`) the response leaves at once and the flush goes on behind it;
 * without one the response waits for the flush, because a frozen function sends nothing.
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
