import { warnOnce } from '@userspan/core/internal';
import type { Usage } from '@userspan/pricing';

import type { Api } from '../endpoints/endpoint.ts';
import { asText } from '../call/record.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Message } from './message.ts';
import { inputMessages, systemInstructions } from './request-content.ts';

/** Whether the tokens of an API's answers can be estimated from text. Images and audio cannot. */
export function isEstimable(api: Api): boolean {
  return api === 'chat' || api === 'responses' || api === 'completions' || api === 'embeddings';
}

/** Counts from the app's own tokenizer, for answers without usage; undefined if it returns none. */
export function estimateUsage(
  api: Api,
  fields: Readonly<Record<string, unknown>>,
  answer: readonly Message[],
  options: ResolvedOptions,
): Usage | undefined {
  const { countTokens } = options;
  if (countTokens === undefined || !isEstimable(api)) return undefined;
  const model = asText(fields['model']);
  try {
    const instructions = systemInstructions(fields).flatMap(textOfPart);
    const asked = [...instructions, ...textsOf(inputMessages(api, fields))].join('\n');
    const inputTokens = wholeNumber(countTokens(asked, model));
    if (inputTokens === undefined) return undefined;
    if (api === 'embeddings') return { inputTokens };
    const outputTokens = wholeNumber(countTokens(textsOf(answer).join('\n'), model));
    return outputTokens === undefined ? undefined : { inputTokens, outputTokens };
  } catch {
    warnOnce('count-tokens', 'countTokens threw; the usage is unknown.');
    return undefined;
  }
}

function textsOf(messages: readonly Message[]): string[] {
  return messages.flatMap((message) => message.parts.flatMap(textOfPart));
}

function textOfPart(part: Message['parts'][number]): string[] {
  if ('content' in part) return [part.content];
  if ('arguments' in part) return [part.name, asJson(part.arguments)];
  return 'response' in part ? [asJson(part.response)] : [];
}

function asJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function wholeNumber(count: unknown): number | undefined {
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? Math.round(count) : undefined;
}
