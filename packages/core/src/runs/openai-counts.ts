/** Where OpenAI's usage objects have the counts of `Usage`; every count is a part of its total, as there. */
const COUNTS: Readonly<Record<string, string>> = {
  prompt_tokens: 'inputTokens',
  input_tokens: 'inputTokens',
  completion_tokens: 'outputTokens',
  output_tokens: 'outputTokens',
};
const INPUT_PARTS: Readonly<Record<string, string>> = {
  cached_tokens: 'cachedInputTokens',
  cache_write_tokens: 'cacheWriteInputTokens',
  audio_tokens: 'audioInputTokens',
  image_tokens: 'imageInputTokens',
};
const OUTPUT_PARTS: Readonly<Record<string, string>> = {
  reasoning_tokens: 'reasoningOutputTokens',
  audio_tokens: 'audioOutputTokens',
  image_tokens: 'imageOutputTokens',
  accepted_prediction_tokens: 'acceptedPredictionTokens',
  rejected_prediction_tokens: 'rejectedPredictionTokens',
};
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  prompt_tokens_details: INPUT_PARTS,
  prompt_token_details: INPUT_PARTS,
  input_tokens_details: INPUT_PARTS,
  completion_tokens_details: OUTPUT_PARTS,
  completion_token_details: OUTPUT_PARTS,
  output_tokens_details: OUTPUT_PARTS,
};
/** Counts without a price of their own: sums of other counts, and parts that have the price of the whole. */
const NO_UNITS: ReadonlySet<string> = new Set(['total_tokens', 'text_tokens']);

/**
 * The counts of a usage object of OpenAI's API (chat completions, responses, embeddings) with the names of `Usage`, or
 * undefined for any other object. A count that is not known here keeps its name, so that the call is not priced without it.
 *
 * Anthropic's object looks alike, and its input leaves out what was cached: it has no total, and is not taken for OpenAI's.
 */
export function openAICounts(usage: object): Readonly<Record<string, unknown>> | undefined {
  const raw = usage as Readonly<Record<string, unknown>>;
  const isOpenAI =
    typeof raw['prompt_tokens'] === 'number' ||
    (typeof raw['input_tokens'] === 'number' && typeof raw['total_tokens'] === 'number');
  if (!isOpenAI) return undefined;
  const counts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    const parts = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (parts === undefined) put(counts, COUNTS, name, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [part, count] of Object.entries(value)) put(counts, parts, part, count);
    }
  }
  return counts;
}

function put(
  counts: Record<string, unknown>,
  names: Readonly<Record<string, string>>,
  name: string,
  value: unknown,
): void {
  if (typeof value !== 'number' || NO_UNITS.has(name)) return;
  if (Object.hasOwn(names, name)) counts[names[name] ?? name] = value;
  else if (value > 0)
    counts[name.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase())] = value;
}
