import type { Usage } from './usage.ts';

const MAX_ITEMS = 10_000;

/**
 * A field of a usage that marks a call as partly unpriced because it used code interpreter containers. A session is
 * billed when a container starts, and answers do not tell whether the container was started for this call.
 */
export const CONTAINERS = 'code_interpreter_containers';

/**
 * A field of a usage that marks a call as partly unpriced because it generated pictures whose tokens the answer does not
 * report (`tool_usage.image_gen`).
 */
export const UNCOUNTED_PICTURES = 'image_generation_calls';

/** Tool calls among the items of an answer. */
export interface ToolCalls extends Pick<Usage, 'webSearchCalls' | 'fileSearchCalls'> {
  readonly [CONTAINERS]?: number;
  readonly [UNCOUNTED_PICTURES]?: number;
}

/** Counts the billed tool calls among the items of an OpenAI response's `output`. Failed searches are not counted. */
export function countToolCalls(output: unknown): ToolCalls | undefined {
  if (!Array.isArray(output)) return undefined;
  let web = 0;
  let file = 0;
  let pictures = 0;
  const containers = new Set<unknown>();
  for (let index = 0; index < output.length && index < MAX_ITEMS; index += 1) {
    const item: unknown = output[index];
    if (typeof item !== 'object' || item === null || !('type' in item)) continue;
    if (item.type === 'code_interpreter_call') containers.add(containerOf(item));
    else if (item.type === 'shell_call') addHostedShell(containers, item);
    else if (hasFailed(item)) continue;
    else if (item.type === 'web_search_call') web += isSearch(item) ? 1 : 0;
    else if (item.type === 'file_search_call') file += 1;
    else if (item.type === 'image_generation_call' && !isVectorGraphic(item)) pictures += 1;
  }
  return toolCalls(web, file, containers.size, pictures);
}

/** Whether a generated picture has a usage of its own (`svg_usage`), which is read separately. */
function isVectorGraphic(item: object): boolean {
  return 'svg_usage' in item && item.svg_usage !== undefined && item.svg_usage !== null;
}

/** A shell that runs on the app's own machine is not billed. */
function addHostedShell(containers: Set<unknown>, item: object): void {
  const environment = 'environment' in item ? item.environment : undefined;
  const isHosted = typeof environment === 'object' && environment !== null && 'container_id' in environment;
  if (isHosted) containers.add(containerOf(environment));
}

function toolCalls(web: number, file: number, containers: number, pictures: number): ToolCalls | undefined {
  if (web === 0 && file === 0 && containers === 0 && pictures === 0) return undefined;
  return {
    ...(web > 0 ? { webSearchCalls: web } : {}),
    ...(file > 0 ? { fileSearchCalls: file } : {}),
    ...(containers > 0 ? { [CONTAINERS]: containers } : {}),
    ...(pictures > 0 ? { [UNCOUNTED_PICTURES]: pictures } : {}),
  };
}

function containerOf(item: object): unknown {
  return 'container_id' in item ? item.container_id : '';
}

function hasFailed(item: object): boolean {
  return 'status' in item && item.status === 'failed';
}

/**
 * Whether a call is a search. Opening a page or finding words in it is not. In older versions calls have no action, and
 * each call is a search.
 */
function isSearch(item: object): boolean {
  const action = 'action' in item ? item.action : undefined;
  const kind = typeof action === 'object' && action !== null && 'type' in action ? action.type : action;
  return typeof kind !== 'string' || kind === 'search';
}
