import { escapeDirectionMarks } from './direction-marks.ts';

/**
 * A value as JSON for a reader. Direction marks are escaped, as JSON allows: otherwise one in a string would reverse the rest of
 * the JSON on the page.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) as string | undefined;
  return escapeDirectionMarks(text ?? '');
}
