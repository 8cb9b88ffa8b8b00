/** One level of a usage object: its counts with their names in `Usage`, and the objects nested in it. */
interface Place {
  readonly counts: ReadonlyMap<string, string | undefined>;
  readonly objects: ReadonlyMap<string, Place>;
}

/**
 * Creates a level. A count without a separate price has `undefined` as its name: a sum of others, or a part with the
 * price of the whole.
 */
function place(
  counts: Readonly<Record<string, string | undefined>>,
  objects: Readonly<Record<string, Place>> = {},
): Place {
  return { counts: new Map(Object.entries(counts)), objects: new Map(Object.entries(objects)) };
}

const INPUT = place(
  {
    text_tokens: undefined,
    cached_tokens: 'cachedInputTokens',
    cache_write_tokens: 'cacheWriteInputTokens',
    audio_tokens: 'audioInputTokens',
    image_tokens: 'imageInputTokens',
  },
  {
    cached_tokens_details: place({
      text_tokens: 'cachedTextInputTokens',
      audio_tokens: 'cachedAudioInputTokens',
      image_tokens: 'cachedImageInputTokens',
    }),
    cache_write_tokens_details: place({
      ttl_30m_tokens: undefined,
      ttl_12h_tokens: 'cacheWrite12hInputTokens',
    }),
  },
);
const OUTPUT = place({
  text_tokens: undefined,
  reasoning_tokens: 'reasoningOutputTokens',
  audio_tokens: 'audioOutputTokens',
  image_tokens: 'imageOutputTokens',
  accepted_prediction_tokens: undefined,
  rejected_prediction_tokens: undefined,
});
/** Where OpenAI's usage objects contain the counts of `Usage`. In both, each detailed count is included in its total. */
const USAGE = place(
  {
    prompt_tokens: 'inputTokens',
    input_tokens: 'inputTokens',
    completion_tokens: 'outputTokens',
    output_tokens: 'outputTokens',
    total_tokens: undefined,
    text_tokens: undefined,
  },
  {
    prompt_tokens_details: INPUT,
    prompt_token_details: INPUT,
    input_tokens_details: INPUT,
    input_token_details: INPUT,
    completion_tokens_details: OUTPUT,
    completion_token_details: OUTPUT,
    output_tokens_details: OUTPUT,
    output_token_details: OUTPUT,
  },
);
const NOWHERE = place({});
const UNIT_NAME =
  /(?:tokens?|requests|seconds|minutes|images|sessions|calls|characters|pages|searches|units)$/;
const MAX_DEPTH = 8;

/**
 * The counts of a usage object of OpenAI's API (chat completions, responses, realtime, embeddings) with the names of
 * `Usage`, or undefined for any other object. An unknown count keeps its name, so that the call is not priced without
 * it.
 *
 * Anthropic's object looks similar, but its input does not include cached tokens. It is recognized by its missing total.
 *
 * `normalizeUsage` of `pricing` reads the same objects for the cost. The two share no code, because `core` and `pricing`
 * do not import each other.
 */
export function openAICounts(usage: object): Readonly<Record<string, unknown>> | undefined {
  const raw = usage as Readonly<Record<string, unknown>>;
  const isOpenAI =
    typeof raw['prompt_tokens'] === 'number' ||
    (typeof raw['input_tokens'] === 'number' && typeof raw['total_tokens'] === 'number');
  if (!isOpenAI) return undefined;
  const counts: Record<string, unknown> = {};
  read(counts, raw, USAGE, 'unknown', 0);
  const written = counts['cacheWriteInputTokens'];
  const written12h = counts['cacheWrite12hInputTokens'];
  // OpenAI's total of written tokens includes both kinds; `Usage` has them separately.
  if (typeof written === 'number' && typeof written12h === 'number') {
    counts['cacheWriteInputTokens'] = Math.max(written - written12h, 0);
  }
  return counts;
}

function read(counts: Record<string, unknown>, fields: object, at: Place, path: string, depth: number): void {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number') {
      const known = at.counts.get(name);
      if (known !== undefined) counts[known] = value;
      else if (value > 0 && !at.counts.has(name) && UNIT_NAME.test(name)) counts[`${path}.${name}`] = value;
    } else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
      read(counts, value as object, at.objects.get(name) ?? NOWHERE, name, depth + 1);
    }
  }
}
