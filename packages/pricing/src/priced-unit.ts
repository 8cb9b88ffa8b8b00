/** A unit that providers bill: input and output tokens by kind, media, and fees of tools. */
export type UnitName =
  | TokenUnitName
  | ('characters' | 'audioHour' | 'minute' | 'page' | 'picture' | 'videoSecond')
  | FeeName;

/** Tokens, priced in US dollars per 1M. */
export type TokenUnitName =
  | ('input' | 'cachedInput' | 'cacheWriteInput' | 'cacheWrite1hInput' | 'cacheWrite12hInput')
  | ('audioInput' | 'cachedAudioInput' | 'cacheWriteAudioInput')
  | ('imageInput' | 'cachedImageInput' | 'cacheWriteImageInput')
  | ('videoInput' | 'cachedVideoInput')
  | ('output' | 'reasoningOutput' | 'audioOutput' | 'imageOutput' | 'videoOutput' | 'citationOutput');

/** Fees for requests and tools, the same in every service tier. */
export type FeeName = 'request' | 'webSearch' | 'fileSearch' | 'codeInterpreterSession';

/** How the list writes a unit and how people see it. */
export interface PricedUnit {
  /** Short name in the text of the list; `generate/list-codes.mjs` writes the same ones. */
  readonly code: string;
  /** Name of the unit in a line of a bill. */
  readonly words: string;
  /** Number of units to which a price refers. */
  readonly per: number;
}

const MILLION = 1_000_000;

/** Every unit that can have a price. */
export const PRICED_UNITS: Readonly<Record<UnitName, PricedUnit>> = {
  input: { code: 'i', words: 'input', per: MILLION },
  cachedInput: { code: 'c', words: 'cached', per: MILLION },
  cacheWriteInput: { code: 'w', words: 'cache write', per: MILLION },
  cacheWrite1hInput: { code: 'wh', words: '1-hour cache write', per: MILLION },
  cacheWrite12hInput: { code: 'wl', words: '12-hour cache write', per: MILLION },
  audioInput: { code: 'ia', words: 'audio input', per: MILLION },
  cachedAudioInput: { code: 'ca', words: 'cached audio', per: MILLION },
  cacheWriteAudioInput: { code: 'wa', words: 'audio cache write', per: MILLION },
  imageInput: { code: 'ii', words: 'image input', per: MILLION },
  cachedImageInput: { code: 'ci', words: 'cached image', per: MILLION },
  cacheWriteImageInput: { code: 'wi', words: 'image cache write', per: MILLION },
  videoInput: { code: 'iv', words: 'video input', per: MILLION },
  cachedVideoInput: { code: 'cv', words: 'cached video', per: MILLION },
  output: { code: 'o', words: 'output', per: MILLION },
  reasoningOutput: { code: 'or', words: 'reasoning output', per: MILLION },
  audioOutput: { code: 'oa', words: 'audio output', per: MILLION },
  imageOutput: { code: 'oi', words: 'image output', per: MILLION },
  videoOutput: { code: 'ov', words: 'video output', per: MILLION },
  citationOutput: { code: 'oc', words: 'citation output', per: MILLION },
  characters: { code: 'ch', words: 'characters', per: MILLION },
  audioHour: { code: 'h', words: 'seconds of audio', per: 3_600 },
  minute: { code: 'mi', words: 'seconds of audio', per: 60 },
  page: { code: 'd', words: 'pages', per: 1_000 },
  picture: { code: 'p', words: 'pictures', per: 1 },
  videoSecond: { code: 'vs', words: 'seconds of video', per: 1 },
  request: { code: 'r', words: 'request', per: 1_000 },
  webSearch: { code: 's', words: 'web search', per: 1_000 },
  fileSearch: { code: 'f', words: 'file search', per: 1_000 },
  codeInterpreterSession: { code: 'k', words: 'code interpreter session', per: 1 },
};

/** The names of all units. */
export const UNIT_NAMES: readonly UnitName[] = Object.keys(PRICED_UNITS) as UnitName[];

/** Short name in the list -> unit. */
export const UNIT_OF_CODE: ReadonlyMap<string, UnitName> = new Map(
  UNIT_NAMES.map((name) => [PRICED_UNITS[name].code, name]),
);

const FEES: ReadonlySet<UnitName> = new Set<FeeName>([
  'request',
  'webSearch',
  'fileSearch',
  'codeInterpreterSession',
]);

/** Whether a unit is a fee for a request or tool. Fees do not depend on service tier or input length. */
export function isFee(name: UnitName): boolean {
  return FEES.has(name);
}
