import { count, field, sum, uncountedPictures } from './read-fields.ts';
import { knownCounts, unknownUnits } from './unknown-units.ts';
import type { Usage } from './usage.ts';

const MAX_ITEMS = 10_000;

const SVG_COUNTS = ['input_tokens', 'output_tokens', 'reasoning_tokens', 'total_tokens'] as const;
/** Counts of tools that are read here. Other counts of these tools, and all counts of other tools, have no price. */
const KNOWN_TOOLS = knownCounts([], {
  tool_usage: knownCounts([], {
    image_gen: knownCounts(['input_tokens', 'output_tokens', 'total_tokens', 'cached_tokens'], {
      input_tokens_details: knownCounts(['text_tokens', 'image_tokens']),
      cached_tokens_details: knownCounts([
        'cached_text_tokens',
        'cached_image_tokens',
        'text_tokens',
        'image_tokens',
      ]),
      output_tokens_details: knownCounts(['text_tokens', 'image_tokens']),
    }),
    web_search: knownCounts(['num_requests']),
  }),
});
const SVG = knownCounts([], { svg_usage: knownCounts(SVG_COUNTS) });
const NOTHING = knownCounts([]);

type ToolCounts = { -readonly [K in keyof Usage]?: Usage[K] | undefined };

/**
 * Reads the tokens and requests of tools in an OpenAI answer, which its `usage` does not include:
 * `tool_usage.image_gen` at the price of the tool's model, `tool_usage.web_search.num_requests`, and `svg_usage` of
 * vector graphics. Every other count of a tool is an unknown unit: `tool_usage.fly.num_requests`.
 */
export function toolUsage(answer: unknown): ToolCounts | undefined {
  const tools = toolsIn(answer);
  const svg = svgUsage(answer);
  if (tools === undefined && svg === undefined) return undefined;
  const counts: ToolCounts = { ...svg };
  const image = field(tools, 'image_gen');
  if ((sum(count(image, 'input_tokens'), count(image, 'output_tokens')) ?? 0) > 0) {
    counts.imageToolModel = imageModel(answer);
    counts.imageToolInputTokens = count(image, 'input_tokens');
    counts.imageToolImageInputTokens = count(field(image, 'input_tokens_details'), 'image_tokens');
    counts.imageToolCachedInputTokens = count(image, 'cached_tokens');
    const cached = field(image, 'cached_tokens_details');
    counts.imageToolCachedImageInputTokens = count(cached, 'cached_image_tokens', 'image_tokens');
    counts.imageToolOutputTokens = count(image, 'output_tokens');
    counts.imageToolImageOutputTokens = count(field(image, 'output_tokens_details'), 'image_tokens');
  }
  const search = field(tools, 'web_search');
  const searches = count(search, 'num_requests');
  if (searches !== undefined) counts.webSearchCalls = searches;
  return Object.assign(
    counts,
    absentCounts('tool_usage.image_gen', image),
    absentPictures(image),
    unknownUnits({ tool_usage: tools }, KNOWN_TOOLS),
  );
}

/**
 * The count that a tool's usage lacks, as an unknown unit: the output beside an input, the input beside an output, or
 * tokens of its total that are in neither.
 */
function absentCounts(path: string, usage: unknown): Record<string, number> | undefined {
  const input = count(usage, 'input_tokens');
  const output = count(usage, 'output_tokens');
  if (input === undefined && output === undefined) return undefined;
  if (input === undefined) return { [`${path}.absent_input_tokens`]: 1 };
  if (output === undefined) return { [`${path}.absent_output_tokens`]: 1 };
  const beyond = (count(usage, 'total_tokens') ?? 0) - input - output;
  // Vector graphics may have their reasoning beside the output. It is then billed.
  const isReasoning = beyond === count(usage, 'reasoning_tokens');
  return beyond > 0 && !isReasoning ? { [`${path}.uncounted_tokens`]: beyond } : undefined;
}

/** Tokens of a picture's input that may be pictures, as an unknown unit: those that the usage does not count as text. */
function absentPictures(usage: unknown): Record<string, number> | undefined {
  const input = count(usage, 'input_tokens') ?? 0;
  const details = field(usage, 'input_tokens_details');
  const pictures = count(details, 'image_tokens');
  const isUncounted =
    pictures === undefined && count(details, 'text_tokens') === undefined
      ? input > 0
      : uncountedPictures(input, pictures, details) !== undefined;
  return isUncounted ? { 'tool_usage.image_gen.absent_image_tokens': 1 } : undefined;
}

/** Whether an answer counts the tokens of generated pictures, even as zero. */
export function countsPictures(answer: unknown): boolean {
  const image = field(toolsIn(answer), 'image_gen');
  return sum(count(image, 'input_tokens'), count(image, 'output_tokens')) !== undefined;
}

function toolsIn(answer: unknown): unknown {
  return field(answer, 'tool_usage') ?? field(field(answer, 'usage'), 'tool_usage');
}

/** The model of the image generation tool, if the answer lists its tools with a model. */
function imageModel(answer: unknown): string | undefined {
  const tools = field(answer, 'tools');
  if (!Array.isArray(tools)) return undefined;
  const models = new Set(
    tools.slice(0, MAX_ITEMS).flatMap((tool) => {
      const model = field(tool, 'type') === 'image_generation' ? field(tool, 'model') : undefined;
      return typeof model === 'string' ? [model] : [];
    }),
  );
  const [model] = models;
  return models.size === 1 ? model : undefined;
}

/**
 * The answer's own total of vector graphics, otherwise the sum over its items. The model is set only if all items have
 * the same one.
 */
function svgUsage(answer: unknown): ToolCounts | undefined {
  const whole = svgUsageOf(answer, undefined);
  if (whole !== undefined) return whole;
  const output = field(answer, 'output');
  const items: unknown = Array.isArray(output) ? output : field(answer, 'data');
  if (!Array.isArray(items)) return undefined;
  let found: ToolCounts | undefined;
  for (let index = 0; index < items.length && index < MAX_ITEMS; index += 1) {
    found = svgUsageOf(items[index], found);
  }
  return found;
}

/** Adds the vector graphics of one item to the sum `before` it. */
function svgUsageOf(item: unknown, before: ToolCounts | undefined): ToolCounts | undefined {
  const usage = field(item, 'svg_usage');
  if (usage === undefined) return before;
  const input = count(usage, 'input_tokens');
  const output = count(usage, 'output_tokens');
  const isCounted = input !== undefined || output !== undefined;
  const unknown = unknownUnits({ svg_usage: usage }, isCounted ? SVG : NOTHING);
  if (!isCounted) return unknown === undefined ? before : { ...before, ...unknown };
  const name = field(usage, 'model');
  const model = typeof name === 'string' ? name : undefined;
  return {
    ...before,
    ...unknown,
    ...absentCounts('svg_usage', usage),
    svgModel: before === undefined || before.svgModel === model ? model : undefined,
    svgInputTokens: sum(before?.svgInputTokens, input),
    svgOutputTokens: sum(before?.svgOutputTokens, outputTokens(usage, input, output)),
  };
}

/** The output including reasoning, which is already part of it unless the total proves otherwise. */
function outputTokens(usage: unknown, input = 0, output = 0): number {
  const reasoning = count(usage, 'reasoning_tokens') ?? 0;
  return count(usage, 'total_tokens') === input + output + reasoning ? output + reasoning : output;
}
