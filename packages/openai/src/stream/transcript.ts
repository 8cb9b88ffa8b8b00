import { asRecord, asText } from '../call/record.ts';
import { chatMessage } from '../content/chat-messages.ts';
import type { Message } from '../content/message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Maximum length of all texts of one stream, in UTF-16 units. Later text is dropped. */
const MAX_LENGTH = 4 * 1024 * 1024;
/** Maximum numbers of choices and tool calls. The API allows 128 of each. */
const MAX_ITEMS = 128;

interface ToolCall {
  id?: string;
  name: string;
  arguments: string;
}

interface Choice {
  role: string;
  content: string;
  reasoning: string;
  refusal: string;
  audio: string;
  transcript: string;
  finishReason?: string;
  readonly toolCalls: ToolCall[];
}

/** Joins the chunks of a streamed answer. Created only if the text is needed. */
export class Transcript {
  readonly #choices: Choice[] = [];
  #length = 0;

  /** Adds `choices` of a chunk of a chat completion or a legacy completion. */
  addChoices(choices: readonly unknown[]): void {
    for (const value of choices) {
      const fields = asRecord(value);
      if (fields === undefined) continue;
      const choice = this.#choiceAt(fields['index']);
      if (choice === undefined) continue;
      choice.finishReason = asText(fields['finish_reason']) ?? choice.finishReason ?? '';
      choice.content += this.#kept(fields['text']);
      const delta = asRecord(fields['delta']);
      if (delta !== undefined) this.#addDelta(choice, delta);
    }
  }

  /** Adds text of a streamed response. */
  addText(delta: unknown): void {
    const choice = this.#choiceAt(0);
    if (choice !== undefined) choice.content += this.#kept(delta);
  }

  /** The messages of the answer, one for each choice. */
  messages(): Message[] {
    return this.#choices.map((choice) => {
      const message: Fields = {
        role: choice.role,
        // Neither a tool call nor an empty text has content.
        content: choice.content === '' ? undefined : choice.content,
        reasoning: choice.reasoning,
        refusal: choice.refusal,
        audio:
          choice.audio === '' && choice.transcript === ''
            ? undefined
            : { data: choice.audio, transcript: choice.transcript },
        tool_calls: choice.toolCalls.map(({ id, ...tool }) => ({ id, function: tool })),
      };
      return chatMessage(message, choice.finishReason === '' ? undefined : choice.finishReason);
    });
  }

  #addDelta(choice: Choice, delta: Fields): void {
    choice.role = asText(delta['role']) ?? choice.role;
    choice.content += this.#kept(delta['content']);
    choice.reasoning += this.#kept(delta['reasoning_content'] ?? delta['reasoning']);
    choice.refusal += this.#kept(delta['refusal']);
    const audio = asRecord(delta['audio']);
    if (audio !== undefined) {
      choice.audio += this.#kept(audio['data']);
      choice.transcript += this.#kept(audio['transcript']);
    }
    const calls = delta['tool_calls'];
    if (Array.isArray(calls)) for (const call of calls) this.#addToolCall(choice, asRecord(call) ?? {});
  }

  #addToolCall(choice: Choice, call: Fields): void {
    const index = call['index'];
    const at = typeof index === 'number' && index >= 0 && index <= choice.toolCalls.length ? index : 0;
    if (at >= MAX_ITEMS) return;
    const known = (choice.toolCalls[at] ??= { name: '', arguments: '' });
    const id = asText(call['id']);
    if (id !== undefined) known.id = id;
    const tool = asRecord(call['function']) ?? asRecord(call['custom']);
    known.name += this.#kept(tool?.['name']);
    known.arguments += this.#kept(tool?.['arguments'] ?? tool?.['input']);
  }

  #choiceAt(index: unknown): Choice | undefined {
    const at = typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : 0;
    if (at >= MAX_ITEMS) return undefined;
    while (this.#choices.length <= at) this.#choices.push(emptyChoice());
    return this.#choices[at];
  }

  #kept(text: unknown): string {
    if (typeof text !== 'string' || this.#length + text.length > MAX_LENGTH) return '';
    this.#length += text.length;
    return text;
  }
}

function emptyChoice(): Choice {
  return {
    role: 'assistant',
    content: '',
    reasoning: '',
    refusal: '',
    audio: '',
    transcript: '',
    toolCalls: [],
  };
}
