const MAX_TEXT_LENGTH = 100;

/**
 * Finds the text of a field in JSON text without parsing it, because an answer may be megabytes long: the last
 * `"field":"text"`. A quote inside a JSON string is escaped, so nothing that a model wrote can be taken for the field.
 */
export function textInJson(json: unknown, field: string): string | undefined {
  if (typeof json !== 'string') return undefined;
  const mark = `"${field}":"`;
  const at = json.lastIndexOf(mark);
  if (at === -1) return undefined;
  const start = at + mark.length;
  const end = json.indexOf('"', start);
  if (end === -1 || end === start || end - start > MAX_TEXT_LENGTH) return undefined;
  const text = json.slice(start, end);
  return text.includes('\\') ? undefined : text;
}
