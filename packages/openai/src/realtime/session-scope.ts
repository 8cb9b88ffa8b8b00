import type { Context } from '@opentelemetry/api';

import type { Host } from '../call/host.ts';
import type { Recorder } from '../call/recorder.ts';
import type { SessionConfig } from './session-config.ts';

/** The protocol of a WebSocket of `openai`. */
export type Protocol = 'realtime' | 'responses' | 'live' | 'translation';

/** Facts that all calls of one session share. */
export interface SessionScope {
  readonly recorder: Recorder;
  readonly host: Host;
  readonly protocol: Protocol;
  readonly config: SessionConfig;
  /** The context with the session's span, and the user and thread from when it was opened. */
  readonly context: Context;
  /** Whether the server may start responses without a request, because it receives audio and detects turns. */
  readonly canBeginResponses: () => boolean;
}

/** The protocol of a connection by the path of its URL; undefined if it is not recorded. */
export function protocolOf(url: URL): Protocol | undefined {
  const { pathname } = url;
  if (pathname.endsWith('/realtime/translations')) return 'translation';
  if (pathname.endsWith('/realtime')) return 'realtime';
  if (pathname.endsWith('/responses')) return 'responses';
  return /\/live(?:\/|$)/.test(pathname) ? 'live' : undefined;
}
