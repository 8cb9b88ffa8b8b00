import type { Api } from '../endpoints/endpoint.ts';
import type { Call } from '../call/call.ts';
import { readAgentEvent, readRunEvent } from '../jobs/job-event.ts';
import { readChatChunk } from './chat-chunk.ts';
import { recordUsage } from './record-usage.ts';
import { readResponseEvent } from './response-event.ts';
import { asRecord, asText } from '../call/record.ts';

/**
 * Reads one parsed chunk of a stream into the call's outcome.
 *
 * Returns what the caller gets: the chunk itself or, if our request for usage changed it, the chunk without that
 * change; `HIDDEN` if the chunk exists only because of it.
 */
export type ChunkReader = (chunk: unknown, call: Call) => unknown;

/** The reader for chunks of this API. */
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

/** Reads one event of a streamed image, transcription or speech. The last one has the usage. */
function readMediaEvent(event: unknown, call: Call): unknown {
  const fields = asRecord(event);
  if (fields === undefined) return event;
  const { outcome } = call;
  // Of a stream of several pictures, each can have a usage of its own.
  const { usage } = fields;
  if (usage !== undefined && usage !== null) recordUsage(outcome, usage, outcome.images !== undefined);
  outcome.imageSize = asText(fields['size']) ?? outcome.imageSize;
  outcome.imageQuality = asText(fields['quality']) ?? outcome.imageQuality;
  const type = asText(fields['type']);
  if (type === 'transcript.text.delta') call.transcript?.addText(fields['delta']);
  if (type === 'image_generation.completed' || type === 'image_edit.completed') {
    outcome.images = (outcome.images ?? 0) + 1;
  }
  return event;
}
