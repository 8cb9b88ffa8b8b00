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

/** A field of a usage that marks a call as partly unpriced because it called a tool that is not known: `tool_calls.fly_call`. */
const UNKNOWN_CALLS = 'tool_calls.';

/** Types of calls that are counted below, and of those of functions and of tools that run at the app's side, which are free. */
const KNOWN_CALLS: ReadonlySet<string> = new Set([
  'apply_patch_call',
  'close_subagent_call',
  'code_interpreter_call',
  'computer_call',
  'computer_use_call',
  'create_subagent_call',
  'custom_tool_call',
  'file_search_call',
  'function_call',
  'image_generation_call',
  'interrupt_subagent_call',
  'local_shell_call',
  'mcp_call',
  'mcp_tool_call',
  'multi_agent_call',
  'resume_subagent_call',
  'send_subagent_input_call',
  'shell_call',
  'tool_call',
  'tool_search_call',
  'wait_for_subagents_call',
  'web_search_call',
]);
const CALL = /^[a-z\d_.:-]{1,40}_call$/i;
const MAX_UNKNOWN = 10;

/** Tool calls among the items of an answer. Those of unknown tools are under `tool_calls.` and their type. */
export interface ToolCalls extends Pick<Usage, 'webSearchCalls' | 'fileSearchCalls'> {
  readonly [CONTAINERS]?: number;
  readonly [UNCOUNTED_PICTURES]?: number;
}

/**
 * Counts the billed tool calls among the items of an OpenAI response's `output`. Failed searches are not counted. A call of an
 * unknown tool is an unknown unit, because the tool may be billed.
 */
export function countToolCalls(output: unknown): ToolCalls | undefined {
  if (!Array.isArray(output)) return undefined;
  let web = 0;
  let file = 0;
  let pictures = 0;
  let containers: Set<unknown> | undefined;
  let unknown: Record<string, number> | undefined;
  for (let index = 0; index < output.length && index < MAX_ITEMS; index += 1) {
    const item: unknown = output[index];
    if (typeof item !== 'object' || item === null || !('type' in item)) continue;
    unknown = addUnknown(unknown, item.type);
    if (item.type === 'code_interpreter_call') containers = withContainer(containers, item);
    else if (item.type === 'shell_call') containers = withContainer(containers, hostOfShell(item));
    else if (hasFailed(item)) continue;
    else if (item.type === 'web_search_call') web += isSearch(item) ? 1 : 0;
    else if (item.type === 'file_search_call') file += 1;
    else if (item.type === 'image_generation_call' && !isVectorGraphic(item)) pictures += 1;
  }
  const known = toolCalls(web, file, containers?.size ?? 0, pictures);
  return unknown === undefined ? known : { ...known, ...unknown };
}

/** Adds a call if its tool is not known. */
function addUnknown(
  before: Record<string, number> | undefined,
  type: unknown,
): Record<string, number> | undefined {
  if (typeof type !== 'string' || !type.endsWith('_call') || KNOWN_CALLS.has(type) || !CALL.test(type)) {
    return before;
  }
  const found = before ?? {};
  const unit = `${UNKNOWN_CALLS}${type}`;
  const count = found[unit];
  if (count !== undefined || Object.keys(found).length < MAX_UNKNOWN) found[unit] = (count ?? 0) + 1;
  return found;
}

/** Whether a generated picture has a usage of its own (`svg_usage`), which is read separately. */
function isVectorGraphic(item: object): boolean {
  return 'svg_usage' in item && item.svg_usage !== undefined && item.svg_usage !== null;
}

/** Adds the container of an item. The set is created only for the first, because most answers use none. */
function withContainer(
  containers: Set<unknown> | undefined,
  item: object | undefined,
): Set<unknown> | undefined {
  return item === undefined ? containers : (containers ?? new Set()).add(containerOf(item));
}

/** The environment of a shell that the provider hosts. One that runs on the app's own machine is not billed. */
function hostOfShell(item: object): object | undefined {
  const environment = 'environment' in item ? item.environment : undefined;
  const isHosted = typeof environment === 'object' && environment !== null && 'container_id' in environment;
  return isHosted ? environment : undefined;
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
