import { readOpenAIUsage } from './openai-usage.ts';
import { count, field, known } from './usage-fields.ts';
import type { Usage } from './usage.ts';

const MAX_OPTION = 32;

/**
 * Usage of pictures made: tokens (gpt-image), or the pictures themselves (dall-e). `raw` is the usage or the whole
 * answer, whose `data` are the pictures; `size` and `quality` are the answer's, or the request's put beside them.
 */
export function readImagesUsage(raw: unknown): Usage {
  const data = field(raw, 'data');
  return {
    ...readOpenAIUsage(raw),
    ...known({
      images: Array.isArray(data) ? data.length : count(raw, 'images', 'n'),
      imageSize: option(field(raw, 'size')),
      imageQuality: option(field(raw, 'quality')),
    }),
  };
}

function option(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_OPTION ? value : undefined;
}
