import { readFirstText } from './read-attribute.ts';
import type { Attributes } from '../span.ts';

/** Ids that the AI SDK generates if the provider sends none. No other record has them. */
const MADE_UP = /^(?:aitxt|aiobj)-/;

/** The provider's id of a response, by which two records of one request are recognized. */
export function readResponseId(attributes: Attributes, keys: readonly string[]): string | undefined {
  const id = readFirstText(attributes, keys);
  return id === undefined || MADE_UP.test(id) ? undefined : id;
}
