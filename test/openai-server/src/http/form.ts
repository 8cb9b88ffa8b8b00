import type { Json } from './json.ts';

/**
 * The fields of a multipart body as if they had come as JSON: a field that comes twice, or whose name ends in `[]`,
 * is a list; a file is a `File`. `undefined` where the body is none.
 */
export async function readForm(body: Buffer, contentType: string): Promise<Json | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    const fields: Record<string, unknown> = {};
    for (const name of new Set(form.keys())) {
      const values = form.getAll(name);
      const isList = name.endsWith('[]') || values.length > 1;
      fields[name.replace(/\[\]$/, '')] = isList ? values : plain(values[0]);
    }
    return fields;
  } catch {
    return undefined;
  }
}

/** Numbers and booleans travel as text in a form. */
function plain(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\d+$/.test(value) ? Number(value) : value;
}
