import type { TokenUnitName, UnitName } from '../priced-unit.ts';

/** Fields of token prices. All are US dollars per 1M tokens. */
export const TOKEN_FIELDS: readonly TokenUnitName[] = [
  'input',
  'cachedInput',
  'cacheWriteInput',
  'cacheWrite1hInput',
  'cacheWrite12hInput',
  'audioInput',
  'cachedAudioInput',
  'cacheWriteAudioInput',
  'imageInput',
  'cachedImageInput',
  'cacheWriteImageInput',
  'videoInput',
  'cachedVideoInput',
  'output',
  'reasoningOutput',
  'audioOutput',
  'imageOutput',
  'videoOutput',
  'citationOutput',
];

/** The other prices and their units. */
export const OTHER_FIELDS: Readonly<Partial<Record<UnitName, string>>> = {
  characters: '1M characters',
  minute: 'minute of audio',
  page: '1,000 pages',
  picture: 'picture',
  videoSecond: 'second of video',
  request: 'request',
  webSearch: '1,000 web searches',
  fileSearch: '1,000 file searches',
  codeInterpreterSession: 'code interpreter session',
};

/** The service tiers that a model can have prices for. */
export const TIER_FIELDS = ['batch', 'flex', 'priority', 'fast', 'ultrafast'] as const;
