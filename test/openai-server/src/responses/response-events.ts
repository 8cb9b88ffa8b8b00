import { listOf, objectOf, stringOf } from '../http/json.ts';
import type { Json } from '../http/json.ts';
import type { StreamEvent } from '../http/reply.ts';
import type { ResponseAnswer } from './response-object.ts';
import { countTokens, tokensOf } from '../words.ts';

/** An event before it is numbered. `tokens` is what it adds to a bill of a stream that breaks off after it. */
interface Draft {
  readonly type: string;
  readonly fields: Json;
  readonly tokens?: number;
}

/** The whole stream of a response, numbered from 0: every event type that its output items have. */
export function responseEvents(answer: ResponseAnswer, made: { tokens: number }): StreamEvent[] {
  const { final, unfinished } = answer;
  const first =
    final['background'] === true
      ? [draft('response.queued', { response: { ...unfinished, status: 'queued' } })]
      : [];
  const drafts = [
    draft('response.created', { response: unfinished }),
    ...first,
    draft('response.in_progress', { response: unfinished }),
    ...listOf(final['output']).flatMap((item, index) => itemEvents(objectOf(item), index)),
    draft(`response.${stringOf(final['status']) ?? 'completed'}`, { response: final }),
  ];
  return drafts.map(({ type, fields, tokens = 0 }, sequence_number) => ({
    name: type,
    data: { type, sequence_number, ...fields },
    onSent: () => (made.tokens += tokens),
  }));
}

function draft(type: string, fields: Json, tokens = 0): Draft {
  return { type, fields, tokens };
}

function itemEvents(item: Json, output_index: number): Draft[] {
  const id = item['id'];
  const at = { output_index, item_id: id };
  const added = (empty: Json): Draft =>
    draft('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', ...empty } });
  const done = draft('response.output_item.done', { output_index, item });
  const steps = (family: string, ...names: string[]): Draft[] =>
    names.map((name) => draft(`response.${family}.${name}`, at));

  switch (item['type']) {
    case 'message':
      return [added({ content: [] }), ...messageEvents(item, at), done];
    case 'reasoning':
      return [
        draft('response.output_item.added', { output_index, item: { ...item, summary: [] } }),
        ...summaryEvents(item, at),
        done,
      ];
    case 'function_call': {
      const text = stringOf(item['arguments']) ?? '';
      const name = item['name'];
      return [
        added({ arguments: '' }),
        ...deltas('response.function_call_arguments.delta', text, at),
        draft(
          'response.function_call_arguments.done',
          { ...at, name, arguments: text },
          1 + countTokens(text),
        ),
        done,
      ];
    }
    case 'custom_tool_call': {
      const text = stringOf(item['input']) ?? '';
      return [
        added({ input: '' }),
        ...deltas('response.custom_tool_call_input.delta', text, at),
        draft('response.custom_tool_call_input.done', { ...at, input: text }, 1 + countTokens(text)),
        done,
      ];
    }
    case 'web_search_call':
      return [added({}), ...steps('web_search_call', 'in_progress', 'searching', 'completed'), done];
    case 'file_search_call':
      return [added({}), ...steps('file_search_call', 'in_progress', 'searching', 'completed'), done];
    case 'code_interpreter_call': {
      const code = stringOf(item['code']) ?? '';
      return [
        added({ code: '' }),
        ...steps('code_interpreter_call', 'in_progress'),
        ...deltas('response.code_interpreter_call_code.delta', code, at),
        draft('response.code_interpreter_call_code.done', { ...at, code }),
        ...steps('code_interpreter_call', 'interpreting', 'completed'),
        done,
      ];
    }
    case 'image_generation_call':
      return [
        added({ result: null }),
        ...steps('image_generation_call', 'in_progress', 'generating'),
        draft('response.image_generation_call.partial_image', {
          ...at,
          partial_image_index: 0,
          partial_image_b64: 'aW1hZ2U=',
        }),
        ...steps('image_generation_call', 'completed'),
        done,
      ];
    case 'mcp_list_tools':
      return [added({ tools: [] }), ...steps('mcp_list_tools', 'in_progress', 'completed'), done];
    default: {
      const text = stringOf(item['arguments']) ?? '';
      return [
        added({ arguments: '', output: null }),
        ...steps('mcp_call', 'in_progress'),
        ...deltas('response.mcp_call_arguments.delta', text, at),
        draft('response.mcp_call_arguments.done', { ...at, arguments: text }),
        ...steps('mcp_call', 'completed'),
        done,
      ];
    }
  }
}

function messageEvents(item: Json, at: Json): Draft[] {
  const part = objectOf(listOf(item['content'])[0]);
  const here = { ...at, content_index: 0 };
  if (part['type'] === 'refusal') {
    const refusal = stringOf(part['refusal']) ?? '';
    return [
      draft('response.content_part.added', { ...here, part: { type: 'refusal', refusal: '' } }),
      ...tokensOf(refusal).map((delta) => draft('response.refusal.delta', { ...here, delta }, 1)),
      draft('response.refusal.done', { ...here, refusal }),
      draft('response.content_part.done', { ...here, part }),
    ];
  }
  const text = stringOf(part['text']) ?? '';
  return [
    draft('response.content_part.added', { ...here, part: { ...part, text: '', annotations: [] } }),
    ...tokensOf(text).map((delta) =>
      draft('response.output_text.delta', { ...here, delta, logprobs: [] }, 1),
    ),
    ...listOf(part['annotations']).map((annotation, annotation_index) =>
      draft('response.output_text.annotation.added', { ...here, annotation_index, annotation }),
    ),
    draft('response.output_text.done', { ...here, text, logprobs: [] }),
    draft('response.content_part.done', { ...here, part }),
  ];
}

function summaryEvents(item: Json, at: Json): Draft[] {
  return listOf(item['summary']).flatMap((part, summary_index) => {
    const here = { ...at, summary_index };
    const text = stringOf(objectOf(part)['text']) ?? '';
    return [
      draft('response.reasoning_summary_part.added', { ...here, part: { type: 'summary_text', text: '' } }),
      ...tokensOf(text).map((delta) => draft('response.reasoning_summary_text.delta', { ...here, delta })),
      draft('response.reasoning_summary_text.done', { ...here, text }),
      draft('response.reasoning_summary_part.done', { ...here, part }),
    ];
  });
}

/** JSON arrives in pieces of a dozen characters. */
function deltas(type: string, text: string, at: Json): Draft[] {
  return (text.match(/.{1,12}/gsu) ?? []).map((delta) => draft(type, { ...at, delta }));
}
