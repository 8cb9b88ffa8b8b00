import { chooseCalls } from '../chat/choose-calls.ts';
import type { Exchange } from '../http/exchange.ts';
import { listOf, objectOf, stringOf } from '../http/json.ts';
import type { Json } from '../http/json.ts';
import { promptOf } from '../prompt.ts';

/** Names of the built-in tools in a request, and in a scenario. */
const BUILT_IN: Readonly<Record<string, string>> = {
  web_search: 'web search',
  web_search_preview: 'web search',
  file_search: 'file search',
  code_interpreter: 'code interpreter',
  image_generation: 'image',
  mcp: 'mcp',
};

/** Output items that call tools: built-in ones that have run already, and functions that the caller is to run. */
export function exampleCalls(exchange: Exchange): readonly Json[] {
  return [...builtInCalls(exchange), ...functionCalls(exchange)];
}

function builtInCalls({ json, scenario, state }: Exchange): Json[] {
  const offered = listOf(json['tools']).map((tool) => BUILT_IN[stringOf(objectOf(tool)['type']) ?? '']);
  const counts =
    scenario.tools ?? Object.fromEntries(offered.flatMap((name) => (name === undefined ? [] : [[name, 1]])));
  return Object.entries(counts)
    .flatMap(([name, count]) => Array.from({ length: count }, () => builtInCall(name, state.nextId)))
    .flatMap((call) => (call['type'] === 'mcp_call' ? [mcpTools(state.nextId), call] : [call]));
}

function mcpTools(nextId: (prefix: string) => string): Json {
  const tool = {
    name: 'roll',
    description: 'Rolls dice.',
    input_schema: { type: 'object' },
    annotations: null,
  };
  return { type: 'mcp_list_tools', id: nextId('mcpl_'), server_label: 'dice', tools: [tool], error: null };
}

function builtInCall(name: string, nextId: (prefix: string) => string): Json {
  const status = 'completed';
  switch (name) {
    case 'web search':
      return {
        type: 'web_search_call',
        id: nextId('ws_'),
        status,
        action: { type: 'search', query: 'news' },
      };
    case 'file search':
      return { type: 'file_search_call', id: nextId('fs_'), status, queries: ['news'], results: null };
    case 'code interpreter':
      return {
        type: 'code_interpreter_call',
        id: nextId('ci_'),
        status,
        code: 'print(1)',
        container_id: nextId('cntr_'),
        outputs: null,
      };
    case 'image':
      return { type: 'image_generation_call', id: nextId('ig_'), status, result: 'aW1hZ2U=' };
    default:
      return {
        type: 'mcp_call',
        id: nextId('mcp_'),
        status,
        server_label: 'dice',
        name: 'roll',
        arguments: '{"sides":6}',
        output: '4',
        error: null,
        approval_request_id: null,
      };
  }
}

function functionCalls({ json, scenario, state }: Exchange): Json[] {
  const tools = listOf(json['tools']).map(objectOf);
  const items = listOf(json['input']).map(objectOf);
  const calls = chooseCalls({
    scenario,
    offered: tools
      .filter(({ type }) => type === 'function' || type === 'custom')
      .map(({ name, parameters }) => ({ name: stringOf(name) ?? '', parameters })),
    choice: json['tool_choice'],
    hasToolAnswer: items.some(
      ({ type }) => type === 'function_call_output' || type === 'custom_tool_call_output',
    ),
    prompt: promptOf(json),
  });
  return calls.map((call) => {
    const isCustom = tools.some(({ type, name }) => type === 'custom' && name === call.name);
    const base = {
      id: state.nextId('fc_'),
      call_id: state.nextId('call_'),
      name: call.name,
      status: 'completed',
    };
    return isCustom
      ? { ...base, type: 'custom_tool_call', input: call.arguments }
      : { ...base, type: 'function_call', arguments: call.arguments };
  });
}
