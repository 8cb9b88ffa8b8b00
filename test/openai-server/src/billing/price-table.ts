/**
 * The server's own prices, US dollars per million tokens, standard tier, November 2026. Small on purpose, and written
 * apart from `packages/pricing`: two tables made by two hands are what makes the comparison of bills worth something.
 */
export interface Price {
  readonly input: string;
  readonly cached?: string;
  readonly cacheWrite?: string;
  readonly output?: string;
  readonly audioInput?: string;
  readonly cachedAudio?: string;
  readonly audioOutput?: string;
  readonly imageInput?: string;
  readonly cachedImageInput?: string;
  readonly imageOutput?: string;
}

type Tiers = Readonly<Record<string, Price>>;

export const PRICES: Readonly<Record<string, Price>> = {
  'gpt-4o-mini': { input: '0.15', cached: '0.075', output: '0.6' },
  'gpt-4o': { input: '2.5', cached: '1.25', output: '10' },
  'gpt-4.1': { input: '2', cached: '0.5', output: '8' },
  'gpt-4.1-mini': { input: '0.4', cached: '0.1', output: '1.6' },
  'gpt-4.1-nano': { input: '0.1', cached: '0.025', output: '0.4' },
  'gpt-5': { input: '1.25', cached: '0.125', output: '10' },
  'gpt-5-mini': { input: '0.25', cached: '0.025', output: '2' },
  'gpt-5-nano': { input: '0.05', cached: '0.005', output: '0.4' },
  'gpt-5.1': { input: '1.25', cached: '0.125', output: '10' },
  'gpt-5.2': { input: '1.75', cached: '0.175', output: '14' },
  'gpt-5.4': { input: '2.5', cached: '0.25', output: '15' },
  'gpt-5.6': { input: '4', cached: '0.4', cacheWrite: '5', output: '20' },
  o1: { input: '15', cached: '7.5', output: '60' },
  o3: { input: '2', cached: '0.5', output: '8' },
  'o4-mini': { input: '1.1', cached: '0.275', output: '4.4' },
  'gpt-3.5-turbo': { input: '0.5', output: '1.5' },
  'gpt-3.5-turbo-instruct': { input: '1.5', output: '2' },
  'gpt-4o-audio-preview': { input: '2.5', output: '10', audioInput: '40', audioOutput: '80' },
  'gpt-realtime': {
    input: '4',
    cached: '0.4',
    output: '16',
    audioInput: '32',
    cachedAudio: '0.4',
    audioOutput: '64',
    imageInput: '5',
  },
  'gpt-realtime-mini': {
    input: '0.6',
    cached: '0.06',
    output: '2.4',
    audioInput: '10',
    cachedAudio: '0.3',
    audioOutput: '20',
  },
  'gpt-6-luna': { input: '0.1', cached: '0.01', cacheWrite: '0.125', output: '0.5' },
  'gpt-audio': { input: '2.5', output: '10', audioInput: '32', audioOutput: '64' },
  'ft:gpt-4o-mini': { input: '0.3', cached: '0.15', output: '1.2' },
  'ft:gpt-4.1-mini-2025-04-14': { input: '0.8', cached: '0.2', output: '3.2' },
  'text-embedding-3-small': { input: '0.02' },
  'text-embedding-3-large': { input: '0.13' },
  'text-embedding-ada-002': { input: '0.1' },
  'gpt-image-1': { input: '5', cached: '1.25', imageInput: '10', cachedImageInput: '2.5', output: '40' },
  'gpt-4o-transcribe': { input: '2.5', audioInput: '6', output: '10' },
  'gpt-4o-mini-transcribe': { input: '1.25', audioInput: '3', output: '5' },
  'gpt-4o-mini-tts': { input: '0.6', output: '12' },
  'omni-moderation-latest': { input: '0', output: '0' },
};

/** Tiers that are not a plain half of the standard price. */
export const TIER_PRICES: Readonly<Record<string, Tiers>> = {
  priority: {
    'gpt-4o-mini': { input: '0.25', cached: '0.125', output: '1' },
    'gpt-4o': { input: '4.25', cached: '2.125', output: '17' },
    'gpt-4.1': { input: '3.5', cached: '0.875', output: '14' },
    'gpt-4.1-mini': { input: '0.7', cached: '0.175', output: '2.8' },
    'gpt-5': { input: '2.5', cached: '0.25', output: '20' },
    'gpt-5-mini': { input: '0.45', cached: '0.045', output: '3.6' },
    'gpt-5.1': { input: '2.5', cached: '0.25', output: '20' },
    'gpt-5.2': { input: '3.5', cached: '0.35', output: '28' },
    o3: { input: '3.5', cached: '0.875', output: '14' },
    'o4-mini': { input: '2', cached: '0.5', output: '8' },
  },
  flex: {
    'gpt-5': { input: '0.625', cached: '0.0625', output: '5' },
    'gpt-5-mini': { input: '0.125', cached: '0.0125', output: '1' },
    'gpt-5-nano': { input: '0.025', cached: '0.0025', output: '0.2' },
    'gpt-5.1': { input: '0.625', cached: '0.0625', output: '5' },
    'gpt-5.2': { input: '0.875', cached: '0.0875', output: '7' },
    o3: { input: '1', cached: '0.25', output: '4' },
    'o4-mini': { input: '0.55', cached: '0.138', output: '2.2' },
  },
  batch: {
    'gpt-4o-mini': { input: '0.075', cached: '0.0375', output: '0.3' },
    'gpt-4o': { input: '1.25', cached: '0.625', output: '5' },
    'gpt-4.1': { input: '1', cached: '0.25', output: '4' },
    'gpt-4.1-mini': { input: '0.2', cached: '0.05', output: '0.8' },
    'text-embedding-3-small': { input: '0.01' },
  },
};

/** Prices of the compatible hosts that this server plays, by host and model. */
export const HOST_PRICES: Readonly<Record<string, Tiers>> = {
  groq: {
    'openai/gpt-oss-120b': { input: '0.15', cached: '0.075', output: '0.6' },
    'llama-3.3-70b-versatile': { input: '0.59', output: '0.79' },
    'llama-3.1-8b-instant': { input: '0.05', output: '0.08' },
  },
};

/** US dollars for one million characters read aloud. */
export const SPEECH_PRICES: Readonly<Record<string, string>> = { 'tts-1': '15', 'tts-1-hd': '30' };

/** US dollars for one million seconds heard: whisper is 0.006 a minute. */
export const HEARING_PRICES: Readonly<Record<string, string>> = { 'whisper-1': '100' };

/** US dollars for one picture, by `model quality size`. */
export const PICTURE_PRICES: Readonly<Record<string, string>> = {
  'dall-e-2 standard 256x256': '0.016',
  'dall-e-2 standard 512x512': '0.018',
  'dall-e-2 standard 1024x1024': '0.02',
  'dall-e-3 standard 1024x1024': '0.04',
  'dall-e-3 standard 1024x1792': '0.08',
  'dall-e-3 standard 1792x1024': '0.08',
  'dall-e-3 hd 1024x1024': '0.08',
  'dall-e-3 hd 1024x1792': '0.12',
  'dall-e-3 hd 1792x1024': '0.12',
};

/** US dollars for one thousand calls of a built-in tool. */
export const TOOL_PRICES = { webSearch: '10', fileSearch: '2.5' } as const;
