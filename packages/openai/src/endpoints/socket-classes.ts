/** A WebSocket class of `openai`, and how its sessions are recorded. */
export interface SocketClass {
  /** Name of the exported class. */
  readonly name: string;
  /** The module that applications import, without `openai/`. */
  readonly modules: readonly string[];
  /** Description in the README. */
  readonly recorded: string;
}

const REALTIME = 'a run with one call for each response and each transcription: usage and cost';

/** The WebSocket classes of all major versions. Their files are found by these names. */
export const SOCKET_CLASSES: readonly SocketClass[] = [
  { name: 'OpenAIRealtimeWS', modules: ['realtime/ws', 'beta/realtime/ws'], recorded: REALTIME },
  {
    name: 'OpenAIRealtimeWebSocket',
    modules: ['realtime/websocket', 'beta/realtime/websocket'],
    recorded: REALTIME,
  },
  {
    name: 'OpenAIRealtimeTranslationWS',
    modules: ['realtime/translations/ws'],
    recorded: 'a run with one call that is unpriced: the API reports no usage',
  },
  {
    name: 'ResponsesWS',
    modules: ['resources/responses/ws', 'resources/beta/responses/ws'],
    recorded: 'a run with one call for each response: usage and cost',
  },
  {
    name: 'LiveWS',
    modules: ['resources/live/ws'],
    recorded:
      'a run with one call for the seconds of the session, and one for each delegated response and decision',
  },
  {
    name: 'SidebandWS',
    modules: ['resources/live/sideband/ws'],
    recorded: 'as `LiveWS`; a session that two connections report is recorded once',
  },
  { name: 'ForksWS', modules: ['resources/live/forks/ws'], recorded: 'as `LiveWS`' },
];
