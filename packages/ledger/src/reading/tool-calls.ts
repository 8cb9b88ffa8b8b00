import type { Attributes } from '../span.ts';
import { readList } from './read-attribute.ts';
import type { UsageCounts } from './usage-counts.ts';

/** Types of the provider's own tools in an answer -> the count by which they are billed. */
const TOOLS: ReadonlyMap<string, 'webSearches' | 'fileSearches'> = new Map([
  ['web_search', 'webSearches'],
  ['web_search_call', 'webSearches'],
  ['web_search_preview', 'webSearches'],
  ['web_search_preview_call', 'webSearches'],
  ['file_search', 'fileSearches'],
  ['file_search_call', 'fileSearches'],
]);

/**
 * Counts calls of the provider's own tools, which are billed in addition to tokens. `openai.response.built_in_tools` is
 * a list of their types, or of items with a `type`.
 */
export function readToolCalls(
  attributes: Attributes,
): Pick<UsageCounts, 'webSearches' | 'fileSearches'> | undefined {
  const items = readList(attributes, 'openai.response.built_in_tools');
  return items === undefined ? undefined : countTools(items);
}

/** Counts the provider's own tools among the items of an answer. */
export function countTools(items: readonly unknown[]): Pick<UsageCounts, 'webSearches' | 'fileSearches'> {
  const counts: Partial<Record<'webSearches' | 'fileSearches', number>> = {};
  for (const item of items) {
    const type = typeof item === 'object' && item !== null ? (item as { type?: unknown }).type : item;
    const tool = typeof type === 'string' ? TOOLS.get(type) : undefined;
    if (tool !== undefined) counts[tool] = (counts[tool] ?? 0) + 1;
  }
  return counts;
}
