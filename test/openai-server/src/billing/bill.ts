import {
  HEARING_PRICES,
  HOST_PRICES,
  PICTURE_PRICES,
  PRICES,
  SPEECH_PRICES,
  TIER_PRICES,
  TOOL_PRICES,
} from './price-table.ts';
import type { Price } from './price-table.ts';

/** What was counted for one request. Input and output are totals; the other token counts are parts of them. */
export interface BilledUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
  readonly audioInputTokens?: number;
  /** Part of both `cachedInputTokens` and `audioInputTokens`. */
  readonly cachedAudioInputTokens?: number;
  readonly imageInputTokens?: number;
  readonly reasoningOutputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly acceptedPredictionTokens?: number;
  readonly rejectedPredictionTokens?: number;
  readonly characters?: number;
  readonly seconds?: number;
  readonly images?: number;
  readonly imageSize?: string;
  readonly imageQuality?: string;
  readonly webSearchCalls?: number;
  readonly fileSearchCalls?: number;
  readonly codeInterpreterSessions?: number;
  /** Pictures made by the tool of the responses API. */
  readonly generatedImages?: number;
  readonly providerCostUsd?: string;
}

/** One line of the invoice: one request that the real service would charge for. */
export interface Bill {
  /** Id of the response (`chatcmpl-…`, `resp_…`); the request's id where the answer has none. */
  readonly id: string;
  /** `openai`, `azure`, `groq` or `openrouter`. */
  readonly host: string;
  /** Path of the request below the host's base, for example `/chat/completions`. */
  readonly path: string;
  /** The dated model that answered. */
  readonly model: string;
  /** `default`, `flex`, `priority` or `batch`. */
  readonly tier: string;
  /** The request's `user` field (or `safety_identifier`), null without one. */
  readonly user: string | null;
  readonly usage: BilledUsage;
  /** Exact decimal of US dollars, `null` where the server has no price for the model or for a tool. */
  readonly usd: string | null;
  /** False where the stream broke off: billed is what was made until then. */
  readonly complete: boolean;
}

const PICO_DIGITS = 12;

/** `'0.15'` US dollars as pico-dollars, times `10^shift`. */
function pico(usd: string, shift = 0): bigint {
  const [whole = '0', part = ''] = usd.split('.');
  const digits = PICO_DIGITS + shift;
  if (part.length > digits) throw new Error(`price ${usd} has more than ${digits} decimals`);
  return BigInt(whole + part.padEnd(digits, '0'));
}

/** Pico-dollars as the shortest exact decimal: `'0.00000375'`. */
function decimal(picoDollars: bigint): string {
  const text = picoDollars.toString().padStart(PICO_DIGITS + 1, '0');
  const part = text.slice(-PICO_DIGITS).replace(/0+$/, '');
  const whole = text.slice(0, -PICO_DIGITS);
  return part === '' ? whole : `${whole}.${part}`;
}

const tokensAt = (count: number, usdPerMillion: string): bigint => BigInt(count) * pico(usdPerMillion, -6);

function priceOf(host: string, model: string, tier: string): Price | undefined {
  const own = HOST_PRICES[host]?.[model];
  if (own !== undefined) return own;
  const name = model.startsWith('ft:') ? model.split(':').slice(0, 2).join(':') : model;
  const bases = [name, name.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
  const table = tier === 'default' ? PRICES : TIER_PRICES[tier];
  for (const base of bases) {
    const price = table?.[base];
    if (price !== undefined) return price;
  }
  return undefined;
}

function pieces(model: string, usage: BilledUsage): bigint | undefined {
  if (usage.characters !== undefined && SPEECH_PRICES[model] !== undefined) {
    return tokensAt(usage.characters, SPEECH_PRICES[model]);
  }
  if (usage.seconds !== undefined && HEARING_PRICES[model] !== undefined) {
    return BigInt(Math.round(usage.seconds * 1000)) * pico(HEARING_PRICES[model], -9);
  }
  if (usage.images !== undefined && usage.inputTokens === undefined) {
    const usd =
      PICTURE_PRICES[`${model} ${usage.imageQuality ?? 'standard'} ${usage.imageSize ?? '1024x1024'}`];
    return usd === undefined ? undefined : BigInt(usage.images) * pico(usd);
  }
  return undefined;
}

/** What the usage costs at this server's prices: an exact decimal of US dollars, `null` for a model without one. */
export function usdOf(host: string, model: string, tier: string, usage: BilledUsage): string | null {
  if (usage.providerCostUsd !== undefined) return usage.providerCostUsd;
  const whole = pieces(model, usage);
  if (whole !== undefined) return decimal(whole);
  const price = priceOf(host, model, tier);
  if (price === undefined || usage.codeInterpreterSessions || usage.generatedImages) return null;

  const cached = usage.cachedInputTokens ?? 0;
  const written = price.cacheWrite === undefined ? 0 : (usage.cacheWriteInputTokens ?? 0);
  const cachedAudio = price.cachedAudio === undefined ? 0 : (usage.cachedAudioInputTokens ?? 0);
  const audioIn = price.audioInput === undefined ? 0 : (usage.audioInputTokens ?? 0) - cachedAudio;
  const imageIn = price.imageInput === undefined ? 0 : (usage.imageInputTokens ?? 0);
  const audioOut = price.audioOutput === undefined ? 0 : (usage.audioOutputTokens ?? 0);
  const textIn = (usage.inputTokens ?? 0) - cached - written - audioIn - imageIn;
  const textOut = (usage.outputTokens ?? 0) - audioOut;
  const sum =
    tokensAt(textIn, price.input) +
    tokensAt(cached - cachedAudio, price.cached ?? price.input) +
    tokensAt(cachedAudio, price.cachedAudio ?? '0') +
    tokensAt(written, price.cacheWrite ?? '0') +
    tokensAt(audioIn, price.audioInput ?? '0') +
    tokensAt(imageIn, price.imageInput ?? '0') +
    tokensAt(textOut, price.output ?? '0') +
    tokensAt(audioOut, price.audioOutput ?? '0') +
    (BigInt(usage.webSearchCalls ?? 0) * pico(TOOL_PRICES.webSearch)) / 1000n +
    (BigInt(usage.fileSearchCalls ?? 0) * pico(TOOL_PRICES.fileSearch)) / 1000n;
  return decimal(sum);
}
