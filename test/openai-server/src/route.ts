import { batches } from './batches.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import type { Exchange } from './exchange.ts';
import { files } from './files.ts';
import { hearing } from './hearing.ts';
import { images } from './images.ts';
import { models } from './models.ts';
import { moderations } from './moderations.ts';
import { responses } from './responses.ts';
import { speech } from './speech.ts';

/** Answers one kind of request. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

const ROUTES: readonly (readonly [methods: string, pattern: RegExp, handler: Handler])[] = [
  ['POST', /^\/chat\/completions$/, chat],
  ['GET POST DELETE', /^\/responses(\/|$)/, responses],
  ['POST', /^\/embeddings$/, embeddings],
  ['POST', /^\/completions$/, completions],
  ['POST', /^\/images\/(generations|edits|variations)$/, images],
  ['POST', /^\/audio\/speech$/, speech],
  ['POST', /^\/audio\/(transcriptions|translations)$/, hearing],
  ['POST', /^\/moderations$/, moderations],
  ['GET POST DELETE', /^\/files(\/|$)/, files],
  ['GET POST', /^\/batches(\/|$)/, batches],
  ['GET', /^\/models(\/|$)/, models],
];

/** The endpoint of a request, `undefined` where the API has none. */
export function handlerOf(method: string, route: string): Handler | undefined {
  return ROUTES.find(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(route))?.[2];
}
