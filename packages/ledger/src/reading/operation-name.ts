import { CALL_OPERATIONS } from '@userspan/core/semconv';

/** Names that instrumentations give to a request -> the operation of the conventions. */
const CALLS: ReadonlyMap<string, string> = new Map([
  ...CALL_OPERATIONS.map((operation) => [operation, operation] as const),
  ['completion', 'text_completion'],
  ['response', 'chat'],
  ['responses', 'chat'],
  ['embedding', 'embeddings'],
  ['image', 'image_generation'],
  ['image_edit', 'image_generation'],
  ['image_variation', 'image_generation'],
  ['audio', 'speech'],
  ['text_to_speech', 'speech'],
  ['speech_to_text', 'transcription'],
  ['ai.generatespeech', 'speech'],
  ['ai.transcribe', 'transcription'],
  ['rerank', 'rerank'],
]);

/**
 * The operation when the name is one of a request; `undefined` for runs (`invoke_agent`, `execute_tool`, …) and for
 * names that are not listed: those are spans around calls, which count while no call below them has usage.
 */
export function callOperation(name: string): string | undefined {
  return CALLS.get(name) ?? CALLS.get(name.toLowerCase());
}
