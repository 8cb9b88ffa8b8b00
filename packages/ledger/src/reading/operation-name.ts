import { CALL_OPERATIONS } from '@userspan/core/semconv';

/** Operation names of requests in instrumentations -> operation of the conventions. */
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
 * The operation, if the name means a request. `undefined` for runs (`invoke_agent`, `execute_tool`, …) and unknown
 * names: such spans are wrappers, which count while no call below them has usage.
 */
export function callOperation(name: string): string | undefined {
  return CALLS.get(name) ?? CALLS.get(name.toLowerCase());
}
