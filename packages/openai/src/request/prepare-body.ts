import type { RequestOptions } from '../patch/client-internals.ts';

/** A body that is sent instead of the caller's. */
export interface PreparedBody {
  readonly body: unknown;
  /** Whether we added `stream_options.include_usage`. */
  readonly isUsageAdded: boolean;
}

/** Fields of a request that are for us and are never sent to a vendor. */
const OWN_FIELDS = ['userProps', 'tags', 'userId'] as const;
const OWN_NAMES: ReadonlySet<string> = new Set(OWN_FIELDS);

/**
 * Removes `userProps`, `tags` and `userId` from a copy of the body, and requests a stream's usage if `wantsUsage` is
 * set.
 *
 * The caller's object is never changed. Returns undefined if the original can be sent.
 */
export function preparedBody(body: unknown, wantsUsage: boolean): PreparedBody | undefined {
  if (!isFields(body)) return undefined;
  const hasOwnFields = hasSomeOf(OWN_FIELDS, body);
  const addsUsage = wantsUsage && body['stream'] === true && !isUsageIncluded(body['stream_options']);
  if (!hasOwnFields && !addsUsage) return undefined;
  const copy = copyOf(body);
  if (hasOwnFields) for (const field of OWN_FIELDS) delete copy[field];
  if (addsUsage) {
    copy['stream_options'] = { ...(copy['stream_options'] as object | undefined), include_usage: true };
  }
  return { body: copy, isUsageAdded: addsUsage };
}

/**
 * The options of an unrecorded request without our fields. On a path outside of OpenAI's API, `tags` and `userId` may
 * be fields of that API, so only `userProps` is removed.
 */
export function withoutOwnFields(options: RequestOptions, isOpenAIPath: boolean): RequestOptions {
  const { body } = options;
  if (body instanceof FormData) return isOpenAIPath ? withoutOwnEntries(options, body) : options;
  if (!isFields(body)) return options;
  const fields = isOpenAIPath ? OWN_FIELDS : (['userProps'] as const);
  if (!hasSomeOf(fields, body)) return options;
  const copy = copyOf(body);
  for (const field of fields) delete copy[field];
  return { ...options, body: copy };
}

/** Removes our entries from a form, in which the library writes an object as `userProps[plan]` and a list as `tags[]`. */
function withoutOwnEntries(options: RequestOptions, form: FormData): RequestOptions {
  const isOwn = (key: string): boolean => OWN_NAMES.has(key.replace(/\[.*/, ''));
  if (![...form.keys()].some(isOwn)) return options;
  const copy = new FormData();
  for (const [key, value] of form) {
    if (isOwn(key)) continue;
    if (typeof value === 'string') copy.append(key, value);
    else copy.append(key, value, value.name);
  }
  return { ...options, body: copy };
}

function hasSomeOf(names: readonly string[], body: Record<string, unknown>): boolean {
  for (let i = 0; i < names.length; i += 1) if (Object.hasOwn(body, names[i] as string)) return true;
  return false;
}

function isFields(body: unknown): body is Record<string, unknown> {
  return (
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    !ArrayBuffer.isView(body) &&
    !(body instanceof FormData)
  );
}

/** A shallow copy that keeps the object's class with its getters and `toJSON`. */
function copyOf(fields: Record<string, unknown>): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(fields);
  if (prototype === Object.prototype || prototype === null) return { ...fields };
  return Object.create(prototype as object, Object.getOwnPropertyDescriptors(fields)) as Record<
    string,
    unknown
  >;
}

function isUsageIncluded(streamOptions: unknown): boolean {
  return (
    typeof streamOptions === 'object' &&
    streamOptions !== null &&
    (streamOptions as { include_usage?: unknown }).include_usage === true
  );
}
