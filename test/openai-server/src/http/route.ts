import { batches } from '../batches.ts';
import { chat } from '../chat/chat.ts';
import { completions } from '../chat/completions.ts';
import { embeddings } from '../media/embeddings.ts';
import type { Exchange } from './exchange.ts';
import { files } from '../files.ts';
import { transcriptions } from '../media/transcriptions.ts';
import { images } from '../media/images.ts';
import { models } from '../models.ts';
import { moderations } from '../media/moderations.ts';
import { responses } from '../responses/responses.ts';
import { speech } from '../media/speech.ts';

/** Answers one kind of request. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

const ROUTES: readonly (readonly [methods: string, pattern: RegExp, handler: Handler])[] = [
  ['POST', /^\/chat\/completions$/, chat],
  ['GET POST DELETE', /^\/responses(\/|$)/, responses],
  ['POST', /^\/embeddings$/, embeddings],
  ['POST', /^\/completions$/, completions],
  ['POST', /^\/images\/(generations|edits|variations)$/, images],
  ['POST', /^\/audio\/speech$/, speech],
  ['POST', /^\/audio\/(transcriptions|translations)$/, transcriptions],
  ['POST', /^\/moderations$/, moderations],
  ['GET POST DELETE', /^\/files(\/|$)/, files],
  ['GET POST', /^\/batches(\/|$)/, batches],
  ['GET', /^\/models(\/|$)/, models],
];

/** The endpoint of a request, `undefined` where the API has none. */
export function handlerOf(method: string, route: string): Handler | undefined {
  return ROUTES.find(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(route))?.[2];
}
