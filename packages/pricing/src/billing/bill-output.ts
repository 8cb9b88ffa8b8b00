import { ABSENT_AUDIO_OUTPUT } from '../usage/check-usage.ts';
import type { Usage } from '../usage/usage.ts';
import type { Bill, Rate } from './bill.ts';
import type { BillingRules, Rates } from './rate-card.ts';

const PARTS_EXCEED = 'the parts of the output (reasoning, audio, pictures) are more than its total';

/**
 * Bills the output of a call: reasoning, audio, pictures, video and citations at their own prices, the rest as text. A
 * kind without its own price is billed as text, except audio and video at providers that price it separately. Units without a
 * price are recorded on the bill as missing. If the counts cannot be billed at all, the reason is returned.
 */
export function billOutput(bill: Bill, usage: Usage, rates: Rates, rules: BillingRules): string | undefined {
  const total = usage.outputTokens ?? 0;
  const reasoning = usage.reasoningOutputTokens ?? 0;
  const audio = usage.audioOutputTokens ?? 0;
  const image = usage.imageOutputTokens ?? 0;
  const video = usage.videoOutputTokens ?? 0;
  const citation = usage.citationOutputTokens ?? 0;
  if (Math.max(reasoning, audio, image, video, citation, usage.textOutputTokens ?? 0) > total)
    return PARTS_EXCEED;
  const isAudioText = rates.audioOutput === undefined && rules.audioAsText;
  const isVideoText = rates.videoOutput === undefined && rules.videoAsText;
  const pricedApart =
    (rates.reasoningOutput === undefined ? 0 : reasoning) +
    (isAudioText ? 0 : audio) +
    (rates.imageOutput === undefined ? 0 : image) +
    (isVideoText ? 0 : video) +
    (rates.citationOutput === undefined ? 0 : citation);
  if (pricedApart > total) return PARTS_EXCEED;
  addOrMiss(bill, total - pricedApart, rates.output, 'output');
  if (rates.reasoningOutput !== undefined)
    addOrMiss(bill, reasoning, rates.reasoningOutput, 'reasoning output');
  if (!isAudioText) addOrMiss(bill, audio, rates.audioOutput, 'audio output');
  if (rates.imageOutput !== undefined) addOrMiss(bill, image, rates.imageOutput, 'image output');
  if (!isVideoText) addOrMiss(bill, video, rates.videoOutput, 'video output');
  if (rates.citationOutput !== undefined) addOrMiss(bill, citation, rates.citationOutput, 'citation output');
  if (rules.isAudioReported && isAudioUnknown(usage, rates)) bill.miss(ABSENT_AUDIO_OUTPUT);
  return undefined;
}

/** Whether some of the tokens billed as text may be audio, which has another price. */
function isAudioUnknown(usage: Usage, { output, audioOutput }: Rates): boolean {
  if (!audioOutput || audioOutput.unitPrice === output?.unitPrice || usage.audioOutputTokens !== undefined)
    return false;
  const { textOutputTokens = 0, imageOutputTokens = 0, reasoningOutputTokens = 0 } = usage;
  return textOutputTokens + imageOutputTokens + reasoningOutputTokens < (usage.outputTokens ?? 0);
}

function addOrMiss(bill: Bill, tokens: number, rate: Rate | null | undefined, unit: string): void {
  if (tokens === 0) return;
  if (rate) bill.add(tokens, rate);
  else bill.miss(unit, rate);
}
