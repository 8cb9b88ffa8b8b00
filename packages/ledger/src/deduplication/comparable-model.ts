/** `-2024-07-18`, `-20250219`, `@20250219`, `-0613`: the date of a snapshot. */
const SNAPSHOT = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$/;

/** Maximum number of names that are remembered; there are few models, but senders can send any name. */
const MAX_REMEMBERED = 500;
const remembered = new Map<string, string>();

/**
 * The name of a model as two instrumentations of one request would agree on it: without the vendor in front and the
 * date behind. Only for telling whether two spans may be one request, never for a price.
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
