import type { Usage } from '../usage/usage.ts';
import type { Bill } from './bill.ts';
import { billUsage } from './bill-usage.ts';
import type { BillingRules, RateCard } from './rate-card.ts';

/** Returns the prices of a tool's model for an input length; `undefined` if it has none. */
export type ToolCard = (model: string, inputTokens: number) => RateCard | undefined;

const TOOL_RULES: BillingRules = {
  fees: undefined,
  audioAsText: false,
  videoAsText: false,
  isAudioReported: false,
};

/** Whether tools of a call used tokens. */
export function hasToolTokens(usage: Usage): boolean {
  return (
    usage.imageToolInputTokens !== undefined ||
    usage.imageToolOutputTokens !== undefined ||
    usage.svgInputTokens !== undefined ||
    usage.svgOutputTokens !== undefined
  );
}

/**
 * Bills the tokens that the tools of a call used, at the price of each tool's own model. They are not part of the
 * call's own tokens.
 */
export function billTools(bill: Bill, usage: Usage, cardOf: ToolCard): void {
  if (usage.imageToolInputTokens !== undefined || usage.imageToolOutputTokens !== undefined) {
    const output = usage.imageToolOutputTokens ?? 0;
    billTool(bill, 'image generation', usage.imageToolModel, cardOf, {
      inputTokens: usage.imageToolInputTokens ?? 0,
      imageInputTokens: usage.imageToolImageInputTokens ?? 0,
      cachedInputTokens: usage.imageToolCachedInputTokens ?? 0,
      cachedImageInputTokens: usage.imageToolCachedImageInputTokens ?? 0,
      outputTokens: output,
      imageOutputTokens: usage.imageToolImageOutputTokens ?? output,
    });
  }
  if (usage.svgInputTokens !== undefined || usage.svgOutputTokens !== undefined) {
    billTool(bill, 'vector graphics', usage.svgModel, cardOf, {
      inputTokens: usage.svgInputTokens ?? 0,
      outputTokens: usage.svgOutputTokens ?? 0,
    });
  }
}

function billTool(bill: Bill, tool: string, model: string | undefined, cardOf: ToolCard, usage: Usage): void {
  const { inputTokens = 0, outputTokens = 0 } = usage;
  if (inputTokens === 0 && outputTokens === 0) return;
  const card = model === undefined || model === '' ? undefined : cardOf(model, inputTokens);
  if (card === undefined) {
    bill.miss(`${tool} tokens`);
    return;
  }
  bill.label = `${tool} `;
  const reason = billUsage(bill, usage, card, TOOL_RULES);
  bill.label = '';
  if (reason !== undefined) bill.miss(`${tool} tokens`);
}
