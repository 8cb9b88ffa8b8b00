/** A body ready to be sent. */
export interface PreparedBody {
  readonly body: unknown;
  /** Whether `stream_options.include_usage` is ours. */
  readonly isUsageAdded: boolean;
}

/**
 * Takes `userProps` and `tags` out of a copy of the body, and asks for a stream's usage where told to.
 *
 * The caller's object is never changed, and is what is sent when there is nothing to do.
 */
export function prepareBody(body: unknown, wantsUsage: boolean): PreparedBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || ArrayBuffer.isView(body)) {
    return { body, isUsageAdded: false };
  }
  const fields = body as Record<string, unknown>;
  const hasSaid = Object.hasOwn(fields, 'userProps') || Object.hasOwn(fields, 'tags');
  const addsUsage = wantsUsage && fields['stream'] === true && !isUsageIncluded(fields['stream_options']);
  if (!hasSaid && !addsUsage) return { body, isUsageAdded: false };

  const copy = copyOf(fields);
  if (hasSaid) {
    delete copy['userProps'];
    delete copy['tags'];
  }
  if (addsUsage) {
    copy['stream_options'] = { ...(copy['stream_options'] as object | undefined), include_usage: true };
  }
  return { body: copy, isUsageAdded: addsUsage };
}

/** A shallow copy; an object with a class keeps it, with its getters and its `toJSON`. */
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
