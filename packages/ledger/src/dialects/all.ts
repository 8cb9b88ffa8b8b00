import type { Dialect } from './dialect.ts';
import { genAI } from './gen-ai.ts';

/** Every dialect, the more particular first: the first that knows a fact is believed. */
export const DIALECTS: readonly Dialect[] = [genAI];
