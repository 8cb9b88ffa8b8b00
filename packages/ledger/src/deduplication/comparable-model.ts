/** `-2024-07-18`, `-20250219`, `@20250219`, `-0613`: the date of a snapshot. */
const SNAPSHOT = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$/;

/** Maximum number of cached names, because senders can send any name. */
const MAX_REMEMBERED = 500;
const remembered = new Map<string, string>();

/**
 * The name of a model without vendor and date, so that two instrumentations of one request have the same name. Only for
 * comparing spans, never for prices.
 */
export function comparableModel(model: string): string {
  const known = remembered.get(model);
  if (known !== undefined) return known;
  const bare = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const comparable = bare.replace(SNAPSHOT, '');
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(model, comparable);
  return comparable;
}
