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
    const parts =
      level === undefined
        ? undefined
        : yield* this.#rewriteInSteps(bufferOf(request), 0, request.length, level, refusedIds);
    return { bytes: parts === undefined ? request : Buffer.concat(parts), refusedIds };
  }

  // Messages are given as two offsets into the bytes of the request, because a view of each span and attribute would take
  // most of the time.

  /** Rewrites a message that contains items: the request, or its part for one resource or scope. */
  *#rewriteInSteps(
    bytes: Buffer,
    start: number,
    end: number,
    level: Level,
    refusedIds: RefusedIds,
  ): Steps<Uint8Array[] | undefined> {
    const rewritten = new RewrittenMessage(bytes, start, end);
    const field = new FieldCursor();
    let done = 0;
    for (let at = start; at < end;) {
      at = field.read(bytes, at).end;
      const below = field.wireType === 2 ? level.below?.[field.number] : undefined;
      if (below === undefined) {
        continue;
      }
      rewritten.replace(
        field,
        below.attributes === undefined
          ? yield* this.#rewriteInSteps(bytes, field.contentStart, field.end, below, refusedIds)
          : this.#rewrite(bytes, field.contentStart, field.end, below, refusedIds),
      );
      done += 1;
      if ((done & STEP_MASK) === 0) {
        yield;
      }
    }
    return rewritten.parts();
  }

  /** Rewrites an item. Returns `undefined` if nothing changes. */
  #rewrite(
    bytes: Buffer,
    start: number,
    end: number,
    level: Level,
    refusedIds: RefusedIds,
  ): Uint8Array[] | undefined {
    const isContent =
      this.#removesContent && level.name !== undefined && namesContent(bytes.subarray(start, end), level);
    let rewritten: RewrittenMessage | undefined;
    const field = new FieldCursor();
    for (let at = start; at < end;) {
      at = field.read(bytes, at).end;
      const changed =
        field.wireType === 2 ? this.#change(bytes, field, level, isContent, refusedIds) : undefined;
      if (changed !== undefined) {
        rewritten ??= new RewrittenMessage(bytes, start, end);
        rewritten.replace(field, changed);
      }
    }
    return rewritten?.parts();
  }

  /** The new content of a field: empty if the field is removed, `undefined` if it does not change. */
  #change(
    bytes: Buffer,
    field: Field,
    level: Level,
    isContent: boolean,
    refusedIds: RefusedIds,
  ): readonly Uint8Array[] | undefined {
    const { number, contentStart, end } = field;
    if (number === level.attributes) {
      return this.#changeAttribute(bytes, contentStart, end, isContent, refusedIds);
    }
    if (number === level.body) {
      return this.#removesContent ? changeBody(bytes.subarray(contentStart, end), isContent) : undefined;
    }
    if (number === level.text?.field) {
      return this.#removesContent
        ? changeText(bytes.toString('utf8', contentStart, end), level.text.without)
        : undefined;
    }
    const below = level.below?.[number];
    return below === undefined ? undefined : this.#rewrite(bytes, contentStart, end, below, refusedIds);
  }

  #changeAttribute(
    bytes: Buffer,
    start: number,
    end: number,
    isContent: boolean,
    refusedIds: RefusedIds,
  ): readonly Uint8Array[] | undefined {
    const { nameStart, nameEnd, valueStart, valueEnd } = this.#pair.read(bytes, start, end);
    const { name, verdict, idOf } = this.#names.of(bytes, nameStart, nameEnd);
    const valueBytes = valueEnd - valueStart;
    if (
      idOf !== undefined &&
      (valueBytes > LONG_ID_BYTES || (idOf === 'user' && valueBytes < SHORT_ID_BYTES))
    ) {
      this.#checkId({ name, kind: idOf }, bytes, { start, end, valueStart, valueEnd }, refusedIds);
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
    const field = this.#field.read(bytes, valueStart);
    if (field.end !== valueEnd) {
      return withoutContentOf(bytes.subarray(start, end));
    }
    if (field.wireType !== 2 || hasNoContent(bytes, field, verdict)) {
      return undefined;
    }
    return verdict === 'drop' ? GONE : withoutContentOf(bytes.subarray(start, end));
  }

  #checkId(
    { name, kind }: { readonly name: string; readonly kind: IdKind },
    bytes: Buffer,
    at: {
      readonly start: number;
      readonly end: number;
      readonly valueStart: number;
      readonly valueEnd: number;
    },
    refusedIds: RefusedIds,
  ): void {
    const field = at.valueStart === at.valueEnd ? undefined : this.#field.read(bytes, at.valueStart);
    const isText = field?.end === at.valueEnd && field.wireType === 2 && field.number === STRING;
    const value = isText
      ? bytes.toString('utf8', field.contentStart, field.end)
      : valueOf(decode(KeyValueSchema, bytes.subarray(at.start, at.end)).value);
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

  /** Reads the attribute between two offsets and returns this object, so that no objects are allocated per attribute. */
  read(bytes: Uint8Array, start: number, end: number): this {
    this.nameStart = 0;
    this.nameEnd = 0;
    this.valueStart = 0;
    this.valueEnd = 0;
    for (let at = start; at < end;) {
      const field = this.#field.read(bytes, at);
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
function hasNoContent(bytes: Uint8Array, value: Field, verdict: Verdict): boolean {
  return verdict === 'inspect'
    ? !mayHaveContent(bytes, value)
    : verdict === 'identifier' && isIdentifier(bytes, value);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
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

function changeText(text: string, without: (text: string) => string): readonly Uint8Array[] | undefined {
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
