import { setTimeout as sleep } from 'node:timers/promises';

import type { Exchange } from './exchange.ts';

/** Answers with JSON. */
export function replyJson({ send, scenario }: Exchange, body: unknown, status = 200): void {
  send(status, body, scenario.headers);
}

/** Answers with bytes. */
export function replyBytes({ response, scenario }: Exchange, body: Buffer, contentType: string): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': body.length,
    ...scenario.headers,
  });
  response.end(body);
}

/** Waits, or less when the caller goes away. */
export async function pause(ms: number | undefined, gone: AbortSignal): Promise<void> {
  if (ms === undefined || ms <= 0 || gone.aborted) return;
  await sleep(ms, undefined, { signal: gone }).catch(() => undefined);
}

/** How a stream ended: `done`; `cut` by the scenario or by a caller that left; `error` after an error event. */
export type StreamEnd = 'done' | 'cut' | 'error';

/** One server-sent event. `name` gives the `event:` line that the responses API has and chat has not. */
export interface StreamEvent {
  readonly data: unknown;
  readonly name?: string;
  /** Runs when the event was written: counts what is billed of a stream that breaks off. */
  readonly onSent?: () => void;
}

/**
 * Sends events until they end, the caller leaves, or the scenario cuts them off.
 * `after` is what follows the last one: `data: [DONE]` for chat.
 */
export async function replyStream(
  exchange: Exchange,
  events: Iterable<StreamEvent>,
  options: { after?: string; errorEvent: StreamEvent },
): Promise<StreamEnd> {
  const { response, scenario, gone } = exchange;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...scenario.headers });
  response.flushHeaders();
  let sent = 0;
  for (const event of events) {
    if (gone.aborted) return 'cut';
    if (scenario.cutAfter === sent) {
      // The chunks before reach the caller first; then the line goes dead in the middle of a body.
      await new Promise<void>((resolve) => response.write('', () => resolve()));
      response.destroy();
      return 'cut';
    }
    if (scenario.errorAfter === sent) {
      response.end(frame(options.errorEvent));
      return 'error';
    }
    if (!response.write(frame(event))) await drained(exchange);
    event.onSent?.();
    sent += 1;
    await pause(scenario.slowMs, gone);
  }
  if (gone.aborted) return 'cut';
  response.end(options.after);
  return 'done';
}

function frame({ name, data }: StreamEvent): string {
  const line = `data: ${JSON.stringify(data)}\n\n`;
  return name === undefined ? line : `event: ${name}\n${line}`;
}

function drained({ response, gone }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) return resolve();
    response.once('drain', resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
