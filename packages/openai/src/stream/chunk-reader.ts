import type { Api } from '../endpoints/endpoint.ts';
import type { Call } from '../call/call.ts';
import { readAgentEvent, readRunEvent } from '../jobs/job-event.ts';
import { readChatChunk } from './chat-chunk.ts';
import { readMediaEvent } from './media-event.ts';
import { readResponseEvent } from './response-event.ts';

/**
 * Reads one parsed chunk of a stream into the call's outcome.
 *
 * Gives what the caller sees: the chunk itself, or where asking for usage changed it, what it would have been without;
 * `HIDDEN` where it came only of that.
 */
export type ChunkReader = (chunk: unknown, call: Call) => unknown;

/** How chunks of this kind of answer are read. */
export function chunkReaderOf(api: Api): ChunkReader {
  switch (api) {
    case 'chat':
    case 'completions':
      return readChatChunk;
    case 'responses':
      return readResponseEvent;
    case 'runs':
      return readRunEvent;
    case 'agents':
      return readAgentEvent;
    default:
      return readMediaEvent;
  }
}
