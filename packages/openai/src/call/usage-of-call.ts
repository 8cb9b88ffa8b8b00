import type { Usage } from '@userspan/pricing';
import { normalizeUsage } from '@userspan/pricing';

import { estimateUsage } from '../content/estimate-usage.ts';
import type { Message } from '../content/message.ts';
import { withCacheLife } from './cache-life.ts';
import type { ReadCall } from './read-call.ts';
import type { Api } from '../endpoints/endpoint.ts';
import type { Outcome } from './outcome.ts';
import { asNumber, asRecord, asText } from './record.ts';

const UNKNOWN: Usage = Object.freeze({});

/**
 * The counts of a call: those of the provider and, if it is billed by piece, the number of pieces. Unknown counts are
 * absent.
 */
export function usageOfCall(call: ReadCall): Usage {
  return call.isAnswered ? countedUsage(call) : UNKNOWN;
}

/** The counts of the app's own estimator, if the provider sent none; otherwise undefined. */
export function estimatedUsageOfCall(
  call: ReadCall,
  counted: Usage,
  messages: readonly Message[] | undefined,
): Usage | undefined {
  const { endpoint, fields, recorder } = call.start;
  const { options } = recorder;
  if (!call.isAnswered || options.countTokens === undefined || counted.inputTokens !== undefined) {
    return undefined;
  }
  const estimated = estimateUsage(endpoint.api, fields, messages ?? [], options);
  return estimated === undefined ? undefined : { ...counted, ...estimated };
}

function countedUsage(call: ReadCall): Usage {
  const { outcome, start } = call;
  const { api, takesPictures } = start.endpoint;
  const counted = normalizedUsage(api, outcome, start.fields);
  switch (api) {
    case 'images':
      if (outcome.images !== undefined && counted.outputTokens === undefined) {
        return { ...counted, ...pictures(call, outcome.images) };
      }
      return takesPictures === true ? withAbsentPictures(counted, outcome) : counted;
    case 'speech':
      return counted.outputTokens === undefined ? { ...counted, ...characters(start.fields) } : counted;
    default:
      return counted;
  }
}

/** The provider's counts, normalized by API. */
function normalizedUsage(
  api: Api,
  { usage: raw, answer }: Outcome,
  request: Readonly<Record<string, unknown>>,
): Usage {
  if (answer !== undefined && api === 'images') return withoutPictures(normalizeUsage(api, answer));
  // The length of a verbose answer is beside the usage, which may be absent.
  if (answer !== undefined && api === 'audio') return normalizeUsage(api, answer);
  if (raw === undefined || raw === null) return {};
  switch (api) {
    case 'unmetered':
    case 'agents':
    case 'evals':
    case 'graders':
      return {};
    case 'videos':
    case 'training':
      return raw;
    case 'moderations':
      return normalizeUsage('embeddings', { usage: raw });
    case 'decisions':
      return normalizeUsage('responses', withCacheLife(raw, request));
    case 'runs':
      return { ...normalizeUsage('chat', raw), ...unknownUnits(raw) };
    case 'chat':
    case 'responses':
      return normalizeUsage(api, withCacheLife(answer ?? raw, request));
    default:
      return normalizeUsage(api, answer ?? raw);
  }
}

/** Removes the number of images, which are billed only if there are no tokens. */
function withoutPictures(usage: Usage): Usage {
  const { images: _, imageSize: __, imageQuality: ___, ...tokens } = usage;
  return tokens;
}

const ABSENT_PICTURES: Readonly<Record<string, number>> = { absentImageInputTokens: 1 };

/** Marks the pictures of an input as absent where the answer says neither how many tokens they have nor the text. */
function withAbsentPictures(counted: Usage, { usage }: Outcome): Usage {
  const { inputTokens = 0, imageInputTokens } = counted;
  const details = asRecord(asRecord(usage)?.['input_tokens_details']);
  const isCounted = imageInputTokens !== undefined || asNumber(details?.['text_tokens']) !== undefined;
  return inputTokens === 0 || isCounted ? counted : { ...counted, ...ABSENT_PICTURES };
}

/** Tools of a run that are billed and whose usage is unknown. */
function unknownUnits(raw: object): Usage {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => name.startsWith('tools.')));
}

/**
 * DALL-E is billed per image. Size and quality are those of the answer, otherwise of the request, otherwise the
 * defaults.
 */
function pictures(call: ReadCall, images: number): Usage {
  const { fields } = call.start;
  return {
    images,
    imageSize: call.outcome.imageSize ?? asText(fields['size']) ?? '1024x1024',
    imageQuality: call.outcome.imageQuality ?? asText(fields['quality']) ?? 'standard',
  };
}

/** Speech is billed per character. Counts code points. */
function characters(fields: Readonly<Record<string, unknown>>): Usage {
  const input = asText(fields['input']);
  if (input === undefined) return {};
  let count = 0;
  for (const _ of input) count += 1;
  return { characters: count };
}
