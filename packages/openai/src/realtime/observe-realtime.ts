import { toUser } from '@userspan/core/internal';

import type { ObserveOpenAIOptions } from '../observe-openai.ts';
import { globalRecorder } from '../observe-openai.ts';
import { observeSocket } from './patch-socket.ts';

/**
 * Records one session of a WebSocket class of `openai` by patching it, and returns it: `OpenAIRealtimeWS`,
 * `OpenAIRealtimeWebSocket`, `ResponsesWS`, `LiveWS` and the others. For bundles, and for classes that could not be
 * instrumented when they were loaded. Together with `OpenAIInstrumentation` nothing is counted twice.
 *
 * Call it directly after creating the session: `observeRealtime(new OpenAIRealtimeWS({ model }))`.
 *
 * @throws TypeError if it is not such a session or an option is invalid.
 */
export function observeRealtime<Socket extends object>(
  socket: Socket,
  options: ObserveOpenAIOptions = {},
): Socket {
  const { userId, userProps, ...rest } = options;
  const clientUser = userId === undefined ? undefined : toUser(userId, userProps);
  if (!observeSocket(socket, { recorder: globalRecorder(rest), clientUser })) {
    throw new TypeError(
      '@userspan/openai: observeRealtime needs a session of a WebSocket class of openai: ' +
        'observeRealtime(new OpenAIRealtimeWS({ model })).',
    );
  }
  return socket;
}
