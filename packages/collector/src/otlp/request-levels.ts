import type { DescMessage } from '@bufbuild/protobuf';
import { REQUEST_SCHEMAS, type Signal, SIGNALS } from './signal.ts';

/** One level between a request and its spans: a list of the parent message. */
export interface RequestLevel {
  readonly signal: Signal;
  /** Both spellings of the list's name in JSON. */
  readonly names: ReadonlySet<string>;
  readonly fieldNumber: number;
  /** The message that contains the list. */
  readonly parent: DescMessage;
  /** The messages in the list. */
  readonly schema: DescMessage;
}

/** Field numbers from a request to its spans; the same for log records and metrics. */
const PATH = [1, 2, 2] as const;

/** The three levels of every signal, from the generated descriptors. */
export const LEVELS: readonly RequestLevel[] = SIGNALS.flatMap(levelsOf);

function levelsOf(signal: Signal): RequestLevel[] {
  const levels: RequestLevel[] = [];
  let parent: DescMessage = REQUEST_SCHEMAS[signal];
  for (const fieldNumber of PATH) {
    const field = parent.fields.find(({ number }) => number === fieldNumber);
    if (field?.message === undefined) {
      throw new Error(`${parent.typeName} has no list ${fieldNumber}`);
    }
    const names = new Set([field.name, field.jsonName]);
    levels.push({ signal, names, fieldNumber, parent, schema: field.message });
    parent = field.message;
  }
  return levels;
}
