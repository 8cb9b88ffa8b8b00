import { toUser } from '@userspan/core/internal';

import type { ObserveOpenAIOptions } from '../observe-openai.ts';
import { globalRecorder } from '../observe-openai.ts';
import { observeSocket } from './patch-socket.ts';

/**
 * Records one session of a WebSocket class of `openai`, in place, and returns it: `OpenAIRealtimeWS`,
 * `OpenAIRealtimeWebSocket`, `ResponsesWS`, `LiveWS` and the others. For bundles, and wherever the classes could not be
 * instrumented as they were loaded; beside `OpenAIInstrumentation` nothing counts twice.
 *
 * Call it right after the session was made: `observeRealtime(new OpenAIRealtimeWS({ model }))`.
 *
 * @throws TypeError when it is not such a session, or an option cannot be used.
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
