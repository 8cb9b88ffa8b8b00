import type { Call } from '../call/call.ts';
import { asRecord, asText } from '../call/record.ts';

/** Reads one event of a streamed image, transcription or speech: the last one carries the usage. */
export function readMediaEvent(event: unknown, call: Call): unknown {
  const fields = asRecord(event);
  if (fields === undefined) return event;
  const { outcome } = call;
  if (fields['usage'] !== undefined && fields['usage'] !== null) outcome.usage = fields['usage'];
  outcome.imageSize = asText(fields['size']) ?? outcome.imageSize;
  outcome.imageQuality = asText(fields['quality']) ?? outcome.imageQuality;
  const type = asText(fields['type']);
  if (type === 'transcript.text.delta') call.transcript?.addText(fields['delta']);
  if (type === 'image_generation.completed' || type === 'image_edit.completed') {
    outcome.images = (outcome.images ?? 0) + 1;
  }
  return event;
}
