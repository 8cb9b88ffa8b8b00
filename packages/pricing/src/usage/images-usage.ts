import { readOpenAIUsage } from './openai-usage.ts';
import { count, field, known, uncountedPictures, usageIn } from './read-fields.ts';
import type { Usage } from './usage.ts';

const MAX_OPTION = 32;

/**
 * Reads the usage of generated pictures: tokens (gpt-image) or the number of pictures (dall-e). `raw` is the usage, or
 * the whole answer with the pictures in `data`; `size` and `quality` are those of the answer or the request.
 */
export function readImagesUsage(raw: unknown): Usage {
  const data = field(raw, 'data');
  const usage = readOpenAIUsage(raw);
  const { inputTokens = 0, imageInputTokens } = usage;
  const details = field(usageIn(raw), 'input_tokens_details');
  const uncounted = uncountedPictures(inputTokens, imageInputTokens, details);
  return {
    ...usage,
    ...(uncounted === undefined ? undefined : { uncounted_input_tokens: uncounted }),
    ...known({
      // Without details, the whole output is pictures.
      imageOutputTokens: usage.imageOutputTokens ?? usage.outputTokens,
      images: Array.isArray(data) ? data.length : count(raw, 'images', 'n'),
      imageSize: option(field(raw, 'size')),
      imageQuality: option(field(raw, 'quality')),
    }),
  };
}

function option(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_OPTION ? value : undefined;
}
