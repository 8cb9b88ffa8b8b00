import { Readable } from 'node:stream';

/** Ids contain the run of their server, and times advance. */
const RUN = /(?<=[_-])[0-9a-f]{12}(?=\d{6})/g;
const PORT = /127\.0\.0\.1:\d+/g;
const TIME = /^(created|created_at|completed_at|expires_at|in_progress_at|finalizing_at|failed_at)$/;

/** Converts a value to plain data for comparison with another run: classes by name, ids without their run. */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 12) return '…';
  return plainBuiltIn(value, depth) ?? plainFields(value, depth);
}

/** Converts an object of a platform class; `undefined` for any other object. */
function plainBuiltIn(value: object, depth: number): unknown {
  if (value instanceof Error) return plainError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ArrayBuffer) return { bytes: plainText(Buffer.from(value).toString('latin1')) };
  if (ArrayBuffer.isView(value)) {
    return {
      class: value.constructor.name,
      bytes: plainText(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')),
    };
  }
  if (value instanceof Map) return { map: [...value].map((entry) => plain(entry, depth + 1)) };
  if (value instanceof ReadableStream || value instanceof Readable) return { stream: kindOf(value) };
  if (isResponse(value)) return plainResponse(value);
  return Array.isArray(value) ? value.map((item) => plain(item, depth + 1)) : undefined;
}

function plainFields(value: object, depth: number): unknown {
  const fields: Record<string, unknown> = {};
  const { name } = value.constructor ?? {};
  if (name !== 'Object' && name !== undefined) fields['(class)'] = name;
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    fields[key] = TIME.test(key) && typeof field === 'number' ? 0 : plain(field, depth + 1);
  }
  // Not enumerable, but visible to the caller.
  if ('_request_id' in value) fields['_request_id'] = plain(value._request_id);
  return fields;
}

/** A string without parts that differ between servers or seconds. */
function plainText(text: string): string {
  return text
    .replaceAll(RUN, 'RUN')
    .replaceAll(PORT, '127.0.0.1:PORT')
    .replaceAll(/("(?:created|created_at|completed_at)":)\d+/g, (_, field: string) => `${field}0`);
}

function plainError(error: Error, depth: number): unknown {
  const { status, code, type, param, error: body, cause } = error as unknown as Record<string, unknown>;
  return {
    error: error.constructor.name,
    name: error.name,
    message: plain(error.message),
    status,
    code,
    type,
    param,
    body: plain(body, depth + 1),
    cause: cause instanceof Error ? plain(`${cause.constructor.name}: ${cause.message}`) : cause,
  };
}

function kindOf(stream: object): string {
  return stream instanceof ReadableStream ? 'web' : 'node';
}

function isResponse(value: object): value is Response {
  return 'headers' in value && 'status' in value && 'arrayBuffer' in value;
}

function plainResponse(response: Response): unknown {
  return {
    class: response.constructor.name,
    status: response.status,
    ok: response.ok,
    type: response.headers.get('content-type'),
    path: response.url.replace(/^https?:\/\/[^/]+/, '').replaceAll(RUN, 'RUN'),
    bodyUsed: response.bodyUsed,
    own: Object.keys(response),
  };
}
