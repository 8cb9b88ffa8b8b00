import { create, toBinary } from '@bufbuild/protobuf';
import { AnyValueSchema, KeyValueSchema } from '../generated/opentelemetry/proto/common/v1/common_pb.ts';
import { MAX_ID_LENGTH } from '@userspan/core/internal';
import { checkId, runToEnd } from '@userspan/ledger';
import type { Steps } from '@userspan/ledger';
import { decode } from '../decode.ts';
import { type Field, FieldCursor, readField } from '../fields.ts';
import type { Signal } from '../signal.ts';
import { valueOf } from '../attributes-of.ts';
import { anyValueOf } from '../any-value-of.ts';
import { isContentEvent, staysInContentEvent, type Verdict } from './content-names.ts';
import { messageWithoutContent, nameWithoutContent } from './message-text.ts';
import { NameTable, textOf } from './name-table.ts';
import type { IdKind } from './name-table.ts';
import { inspected, valueWithoutContent } from './reduce-value.ts';
import { RewrittenMessage } from './rewritten-message.ts';
import { isIdentifier, mayHaveContent } from './value-bytes.ts';

/** Field numbers of a message's attributes and of nested messages with attributes. */
interface Level {
  readonly attributes?: number;
  /** For log records: the field of the body, which may be content. */
  readonly body?: number;
  /** The field with the event's name, which may mean that everything is content. */
  readonly name?: number;
  /** A field with a name or message, and the function that removes content from it. */
  readonly text?: { readonly field: number; readonly without: (text: string) => string };
  readonly below?: Readonly<Record<number, Level>>;
}

const RESOURCE: Level = { attributes: 1 };
const SCOPE: Level = { attributes: 3 };
const STATUS: Level = { text: { field: 2, without: messageWithoutContent } };
const SPAN: Level = {
  attributes: 9,
  text: { field: 5, without: nameWithoutContent },
  below: { 11: { attributes: 3, name: 2 }, 13: { attributes: 4 }, 15: STATUS },
};
const LOG_RECORD: Level = { attributes: 6, body: 5, name: 12 };

const REQUESTS: Readonly<Partial<Record<Signal, Level>>> = {
  traces: { below: { 1: { below: { 1: RESOURCE, 2: { below: { 1: SCOPE, 2: SPAN } } } } } },
  logs: { below: { 1: { below: { 1: RESOURCE, 2: { below: { 1: SCOPE, 2: LOG_RECORD } } } } } },
  // Only resources, which may contain a command line. Attributes of measurements are few and short.
  metrics: { below: { 1: { below: { 1: RESOURCE } } } },
};

export interface ScreenOptions {
  /** Whether to remove prompts, answers and other content. */
  readonly removesContent: boolean;
  /** Attributes with an id, whose values are checked. Default: none. */
  readonly idNames?: ReadonlyMap<string, IdKind>;
}

/** The result of a {@link RequestScreen}. */
export interface Screened {
  /** The original bytes if nothing was removed. */
  readonly bytes: Uint8Array;
  /** Ids that are not used, by reason. */
  readonly refusedIds: ReadonlyMap<string, RefusedId>;
}

interface RefusedId {
  readonly kind: IdKind;
  readonly count: number;
}

type RefusedIds = Map<string, RefusedId>;

/** Loops yield every 16 spans or log records. */
const STEP_MASK = 15;

/**
 * Lengths of ids that have to be checked: longer than the first, or of users, shorter than the second. Others are always
 * valid, and a short placeholder such as `null` means no thread.
 */
const LONG_ID_BYTES = MAX_ID_LENGTH;
const SHORT_ID_BYTES = 48;

/**
 * Checks the attributes of a request on its bytes, which must be well-formed.
 *
 * Attributes are selected by name, and only possible content is decoded. Everything else, including unknown fields, is
 * not changed.
 */
export class RequestScreen {
  readonly #removesContent: boolean;
  readonly #names: NameTable;
  readonly #pair = new PairCursor();
  /** Cursor for the value of an attribute. */
  readonly #field = new FieldCursor();

  constructor({ removesContent, idNames = new Map() }: ScreenOptions) {
    this.#removesContent = removesContent;
    this.#names = new NameTable(idNames);
  }

  screen(signal: Signal, request: Uint8Array): Screened {
    return runToEnd(this.screenInSteps(signal, request));
  }

  /** {@link screen} in steps of a few spans or log records. */
  *screenInSteps(signal: Signal, request: Uint8Array): Steps<Screened> {
    const refusedIds: RefusedIds = new Map();
    const level = REQUESTS[signal];
    const parts = level === undefined ? undefined : yield* this.#rewriteInSteps(request, level, refusedIds);
    return { bytes: parts === undefined ? request : Buffer.concat(parts), refusedIds };
  }

  /** Rewrites a message that contains items: the request, or its part for one resource or scope. */
  *#rewriteInSteps(
    message: Uint8Array,
    level: Level,
    refusedIds: RefusedIds,
  ): Steps<Uint8Array[] | undefined> {
    const rewritten = new RewrittenMessage(message);
    const field = new FieldCursor();
    let done = 0;
    for (let at = 0; at < message.length;) {
      at = field.read(message, at).end;
      const below = field.wireType === 2 ? level.below?.[field.number] : undefined;
      if (below === undefined) {
        continue;
      }
      const content = message.subarray(field.contentStart, field.end);
      rewritten.replace(
        field,
        below.attributes === undefined
          ? yield* this.#rewriteInSteps(content, below, refusedIds)
          : this.#rewrite(content, below, refusedIds),
      );
      done += 1;
      if ((done & STEP_MASK) === 0) {
        yield;
      }
    }
    return rewritten.parts();
  }

  /** Rewrites an item. Returns `undefined` if nothing changes. */
  #rewrite(message: Uint8Array, level: Level, refusedIds: RefusedIds): Uint8Array[] | undefined {
    const isContent = this.#removesContent && level.name !== undefined && namesContent(message, level);
    const rewritten = new RewrittenMessage(message);
    const field = new FieldCursor();
    for (let at = 0; at < message.length;) {
      at = field.read(message, at).end;
      if (field.wireType === 2) {
        rewritten.replace(field, this.#change(message, field, level, isContent, refusedIds));
      }
    }
    return rewritten.parts();
  }

  /** The new content of a field: empty if the field is removed, `undefined` if it does not change. */
  #change(
    message: Uint8Array,
    field: Field,
    level: Level,
    isContent: boolean,
    refusedIds: RefusedIds,
  ): readonly Uint8Array[] | undefined {
    if (field.number === level.attributes) {
      return this.#changeAttribute(message.subarray(field.contentStart, field.end), isContent, refusedIds);
    }
    if (field.number === level.body) {
      return this.#removesContent
        ? changeBody(message.subarray(field.contentStart, field.end), isContent)
        : undefined;
    }
    if (field.number === level.text?.field) {
      return this.#removesContent
        ? changeText(message.subarray(field.contentStart, field.end), level.text.without)
        : undefined;
    }
    const below = level.below?.[field.number];
    return below === undefined
      ? undefined
      : this.#rewrite(message.subarray(field.contentStart, field.end), below, refusedIds);
  }

  #changeAttribute(
    pair: Uint8Array,
    isContent: boolean,
    refusedIds: RefusedIds,
  ): readonly Uint8Array[] | undefined {
    const { nameStart, nameEnd, valueStart, valueEnd } = this.#pair.read(pair);
    const { name, verdict, idOf } = this.#names.of(pair, nameStart, nameEnd);
    const valueBytes = valueEnd - valueStart;
    if (
      idOf !== undefined &&
      (valueBytes > LONG_ID_BYTES || (idOf === 'user' && valueBytes < SHORT_ID_BYTES))
    ) {
      this.#checkId({ name, kind: idOf }, pair.subarray(valueStart, valueEnd), pair, refusedIds);
    }
    if (!this.#removesContent) {
      return undefined;
    }
    if (isContent && !staysInContentEvent(name)) {
      return GONE;
    }
    if (verdict === 'keep' || valueBytes === 0) {
      return undefined;
    }
    // Usually a value has one field, and most are checked without decoding.
    const field = this.#field.read(pair, valueStart);
    if (field.end !== valueEnd) {
      return withoutContentOf(pair);
    }
    if (field.wireType !== 2 || hasNoContent(pair, field, verdict)) {
      return undefined;
    }
    return verdict === 'drop' ? GONE : withoutContentOf(pair);
  }

  #checkId(
    { name, kind }: { readonly name: string; readonly kind: IdKind },
    valueBytes: Uint8Array,
    pair: Uint8Array,
    refusedIds: RefusedIds,
  ): void {
    const field = valueBytes.length === 0 ? undefined : this.#field.read(valueBytes, 0);
    const isText = field?.end === valueBytes.length && field.wireType === 2 && field.number === STRING;
    const value = isText
      ? textOf(valueBytes.subarray(field.contentStart))
      : valueOf(decode(KeyValueSchema, pair).value);
    const checked = checkId(value, name);
    if (checked !== undefined && 'refused' in checked) {
      const { count = 0 } = refusedIds.get(checked.refused) ?? {};
      refusedIds.set(checked.refused, { kind, count: count + 1 });
    }
  }
}

/** Positions of the name and the value of an attribute in its bytes. If a field is repeated, the last one counts. */
class PairCursor {
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  readonly #field = new FieldCursor();

  /** Reads another attribute and returns this object, so that no objects are allocated per attribute. */
  read(pair: Uint8Array): this {
    this.nameStart = 0;
    this.nameEnd = 0;
    this.valueStart = 0;
    this.valueEnd = 0;
    for (let at = 0; at < pair.length;) {
      const field = this.#field.read(pair, at);
      at = field.end;
      if (field.wireType === 2 && field.number === KEY) {
        this.nameStart = field.contentStart;
        this.nameEnd = at;
      } else if (field.wireType === 2 && field.number === VALUE) {
        this.valueStart = field.contentStart;
        this.valueEnd = at;
      }
    }
    return this;
  }
}

/** Whether the bytes of a value show that nothing has to be removed. */
function hasNoContent(pair: Uint8Array, value: Field, verdict: Verdict): boolean {
  return verdict === 'inspect'
    ? !mayHaveContent(pair, value)
    : verdict === 'identifier' && isIdentifier(pair, value);
}

const GONE: readonly Uint8Array[] = [];
/** Field numbers of `KeyValue` and of `AnyValue`. */
const KEY = 1;
const VALUE = 2;
const STRING = 1;

/** Removes content from an attribute. A repeated name or value is merged as in protobuf and written once. */
function withoutContentOf(pair: Uint8Array): readonly Uint8Array[] | undefined {
  const { key, value } = decode(KeyValueSchema, pair);
  const read = valueOf(value);
  const kept = valueWithoutContent(key, read);
  if (kept === read) {
    return undefined;
  }
  return kept === undefined
    ? GONE
    : [toBinary(KeyValueSchema, create(KeyValueSchema, { key, value: anyValueOf(kept) }))];
}

/** Bodies that are the name of a coding agent's event. Any other body may be a prompt. */
const EVENT_NAME = /^(?:claude_code|codex|gemini_cli|gen_ai)\.[\w.]{1,100}$/;

function changeBody(body: Uint8Array, isContent: boolean): readonly Uint8Array[] | undefined {
  if (isContent) {
    return GONE;
  }
  const read = valueOf(decode(AnyValueSchema, body));
  if (typeof read === 'string') {
    return EVENT_NAME.test(read) ? undefined : GONE;
  }
  const kept = inspected(read, false);
  if (kept === read) {
    return undefined;
  }
  return kept === undefined ? GONE : [toBinary(AnyValueSchema, anyValueOf(kept))];
}

function changeText(bytes: Uint8Array, without: (text: string) => string): readonly Uint8Array[] | undefined {
  const text = textOf(bytes);
  const kept = without(text);
  return kept === text ? undefined : [Buffer.from(kept)];
}

/** Whether the name of an event or log record (a field or the attribute `event.name`) means that the rest is content. */
function namesContent(message: Uint8Array, level: Level): boolean {
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    at = field.end;
    if (field.wireType !== 2) {
      continue;
    }
    const content = message.subarray(field.contentStart, field.end);
    if (field.number === level.name && isContentEvent(textOf(content))) {
      return true;
    }
    if (
      level.body !== undefined &&
      field.number === level.attributes &&
      textOf(content).includes('event.name')
    ) {
      const { key, value } = decode(KeyValueSchema, content);
      if (key === 'event.name' && value?.value.case === 'stringValue' && isContentEvent(value.value.value)) {
        return true;
      }
    }
  }
  return false;
}
