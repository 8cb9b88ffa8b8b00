import type { Call } from '../call/call.ts';
import { SseTap } from './sse-tap.ts';

/**
 * Ends the call with a body that the caller read at once: JSON, server-sent events, or other text.
 *
 * Returns the body without the parts that only exist because we requested usage.
 */
export function readText(text: string, call: Call): string {
  if (!call.isEventStream) {
    call.answer(parsed(text));
    return text;
  }
  const tap = new SseTap(call, 'utf8');
  const visible = tap.push(text) + tap.finish();
  call.endStream();
  return visible;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
