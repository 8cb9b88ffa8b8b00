import { callOf } from '@userspan/ledger';
import { describe, expect, it } from 'vitest';
import { left, pairs } from '../../testing/screened.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { spansOfRequest } from '../spans-of-request.ts';
import { RequestScreen } from './request-screen.ts';
import { messageWithoutContent, nameWithoutContent } from './message-text.ts';

const PROMPT = 'my knee hurts since I fell off the horse';

describe('an error message', () => {
  it.each([
    ['about a rate limit', 'Rate limit reached for gpt-4o: please try again in 20 s'],
    [
      'about a quota',
      '429 You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
    ],
    ['that quotes a field', `Invalid type for 'messages[0].content': expected one of a string or array`],
    ['that quotes a short value', "Unsupported value: 'temperature' does not support 0.2 with this model"],
    ['that names a model', 'The model `gpt-5-foo` does not exist or you do not have access to it.'],
    ['with apostrophes', "I couldn't reach the host because it doesn't respond, can't connect"],
    [
      'as JSON',
      '400 {"error":{"message":"This model has a maximum context length of 8,192 tokens","type":"invalid_request_error"}}',
    ],
    [
      "as Python's repr",
      "Error code: 400 - {'error': {'message': 'Your prompt was refused by our policy', 'code': None}}",
    ],
    ['about the network', 'getaddrinfo ENOTFOUND api.openai.com'],
    ['about a socket', 'connect ECONNREFUSED 127.0.0.1:8080'],
    ['from a library', 'litellm.BadRequestError: OpenAIException - bad request'],
    ['about an abort', 'This operation was aborted'],
    ['from the AI SDK', 'AI_APICallError: Cannot connect to API: Invalid JSON response'],
    ['from a tool', 'tool get_weather raised TimeoutError after 30s'],
    [
      'with a stack trace',
      'Error: 400\n    at f (file:///srv/app.mjs:3:9)\n    at async g (node:internal/process/task_queues:95:5)',
    ],
    [
      'with a Python stack trace',
      'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in ask\nopenai.BadRequestError: bad',
    ],
  ])('%s is not changed', (_, message) => {
    expect(messageWithoutContent(message)).toBe(message);
  });

  it.each([
    ['a prompt', PROMPT, '…'],
    ['a single word', 'cancer', '…'],
    ['a prompt after a colon', `bad prompt: ${PROMPT}`, 'bad prompt: …'],
    ['a word after a colon', 'bad prompt: cancer', 'bad prompt: …'],
    ['a prompt of common words', 'what is the model of my car', '…'],
    ['a prompt without quotation marks', `cannot answer ${PROMPT}`, '…'],
    [
      'a name within a message',
      'The tool failed for Ada Lovelace because the request timed out',
      'The tool failed … request timed out',
    ],
    ['e-mail addresses and phone numbers', 'call me at 555-123-4567 or ada@example.com', '…'],
    [
      'a key',
      'Incorrect API key provided: sk-abc123def. You can find your API key at https://platform.openai.com',
      'Incorrect API key provided: … You can find your API key at https://platform.openai.com',
    ],
    [
      'invalid JSON',
      `Unexpected token 'm', "${PROMPT}" is not valid JSON`,
      `Unexpected token '…', "…" is not valid JSON`,
    ],
    ['an unclosed quotation', `Unexpected token "${PROMPT}`, 'Unexpected token "…'],
    [
      'a value in an error of pydantic',
      `[type=string_type, input_value='${PROMPT}', input_type=str]`,
      `[type=string_type, input_value='…', input_type=str]`,
    ],
    ['a prompt in curly quotation marks', `cannot answer “${PROMPT}”.`, 'cannot answer “…”.'],
    [
      'a message in a quoted request',
      `400 for {"messages":[{"role":"user","content":"${PROMPT}"}]}`,
      `400 for {"messages":[{"role":"user","content":"…"}]}`,
    ],
    [
      'JSON in JSON',
      String.raw`failed: "{\"content\":\"${PROMPT}\"}"`,
      String.raw`failed: "{\"content\":\"…\"}"`,
    ],
    ['two prompts', `"${PROMPT}" and "${PROMPT}"`, '"…" and "…"'],
    ['text in a script without spaces', '「私の膝は馬から落ちてからずっと痛いです」は無効です', '「…」…'],
    [
      'a line of source code in a stack trace',
      `  File "/srv/app.py", line 3, in ask\n    answer = ask("${PROMPT}")`,
      `  File "/srv/app.py", line 3, in ask\n    answer = …("…")`,
    ],
    [
      'text beyond the length limit',
      'error '.repeat(3000),
      `${'error '.repeat(2730)}erro…`.replace('erro…', '……'),
    ],
  ])('loses %s', (_, message, kept) => {
    expect(messageWithoutContent(message)).toBe(kept);
  });

  it.each([
    '"x '.repeat(100_000),
    '“'.repeat(200_000),
    `\\"a b c d e f "`.repeat(30_000),
    `"message":"`.repeat(30_000),
    'a.'.repeat(8_000),
    `${' '.repeat(16_000)}"`,
    'x-'.repeat(8_000),
    'a_'.repeat(8_000),
    `\tat ${'a '.repeat(8_000)}`,
  ])('is processed quickly for hostile input', (message) => {
    const before = performance.now();
    messageWithoutContent(message);
    nameWithoutContent(message);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

it.each([
  ['chat claude-sonnet-4-5', true],
  ["streaming response from 'gpt-4o' took 0.43 s", true],
  ['invoke_agent The Travel Booking Assistant of our Second Team', true],
  ['GET /api/users/{id}/orders/{order}', true],
  ['answer question', true],
  ['book a flight to Berlin', false],
  ["agent run: 'The Travel Booking Assistant'", true],
  ['preparing model request params', true],
  [`${PROMPT}, what should I do about it tonight?`, false],
  ['x'.repeat(201), false],
  ['私の膝は馬から落ちてからずっと痛いですが今夜は何をすべきでしょうか教えてください', false],
])('the span name %s is kept: %s', (name, stays) => {
  expect(nameWithoutContent(name)).toBe(stays ? name : '(a name that is a text)');
});

it.each(['exception.message', 'exception.stacktrace', 'error.message', 'error', 'my.app.error_message'])(
  'words that are not common in errors are removed from the attribute %s',
  (name) => {
    const kept = { [name]: 'no answer to "…" in 20 s' };
    expect(left({ [name]: `no answer to "${PROMPT}" in 20 s` })).toEqual({
      onSpan: kept,
      onEvent: kept,
      onLog: kept,
    });
  },
);

it('removes a span name that is a sentence, and uncommon words of the status message, without content', () => {
  const request = requestOf([
    span(
      1,
      1,
      { 'user.id': 'u1' },
      {
        name: `${PROMPT}, what should I do about it tonight?`,
        status: { code: 2, message: `Unexpected token 'm', "${PROMPT}" is not valid JSON` },
      },
    ),
  ]);
  const screened = (removesContent: boolean): Uint8Array =>
    new RequestScreen({ removesContent }).screen('traces', request).bytes;
  const [read] = spansOfRequest(screened(true));
  expect({ name: read?.name, status: read?.status, attributes: read?.attributes }).toEqual({
    name: '(a name that is a text)',
    status: { code: 2, message: `Unexpected token '…', "…" is not valid JSON` },
    attributes: { 'user.id': 'u1' },
  });
  expect(screened(false)).toEqual(request);
});

describe('removing content from the message does not change the cost of a failed call with', () => {
  const TOLD = 'Ada Lovelace lives near the river Seine, her dog Rex bites';
  const BILLED = undefined;
  it.each([
    ['a status at the start', '_OTHER', `400 ${TOLD}`, '0'],
    ['a status after "Error:"', 'Error', `Error: 429 ${TOLD}`, '0'],
    ['a status in a separate sentence', '_OTHER', `500 ${TOLD.replace(',', '.')}`, '0'],
    ["Python's wording", 'Exception', `Error code: 400 - ${TOLD}`, '0'],
    ["Python's wording after other text", 'Exception', `${TOLD} Error code: 401 ${TOLD}`, '0'],
    [
      "Python's wording after the class",
      '_OTHER',
      `BadRequestError("Error code: 400 - {'a': '${TOLD}'}")`,
      '0',
    ],
    ['a status code', '_OTHER', `status code 429 ${TOLD}`, '0'],
    ['a status_code', 'X', `status_code: 422 model_name ${TOLD}`, '0'],
    ['a time-out', '_OTHER', `504 ${TOLD}`, BILLED],
    ['a number within other text', '_OTHER', `${TOLD} 400 ${TOLD}`, BILLED],
    ['only other text', '_OTHER', TOLD, BILLED],
    ['an error status in the AI SDK', 'AI_APICallError', TOLD, '0'],
    ['an answer that the AI SDK cannot parse', 'AI_APICallError', `Invalid response data ${TOLD}`, BILLED],
    ['an answer that the AI SDK cannot process', 'AI_APICallError', `Failed to process ${TOLD}`, BILLED],
    ['a lost connection in the AI SDK', 'AI_APICallError', `Cannot connect ${TOLD}`, BILLED],
  ])('%s', (_, type, message, usd) => {
    const asked = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'error.type': type,
    };
    const places: readonly Parameters<typeof span>[] = [
      [1, 1, asked, { status: { code: 2, message } }],
      [1, 2, { ...asked, 'error.message': message }, { status: { code: 2 } }],
      [1, 3, { ...asked, 'langfuse.observation.status_message': message }, { status: { code: 2 } }],
      [
        1,
        4,
        asked,
        {
          status: { code: 2 },
          events: [{ name: 'exception', attributes: pairs({ 'exception.message': message }) }],
        },
      ],
    ];
    const costs = (removesContent: boolean): readonly (string | undefined)[] => {
      const screen = new RequestScreen({ removesContent });
      const { bytes } = screen.screen('traces', requestOf(places.map((place) => span(...place))));
      if (removesContent) expect(Buffer.from(bytes).toString()).not.toMatch(/Ada|Lovelace|Seine|Rex/);
      return Array.from(spansOfRequest(bytes), (read) => {
        const cost = callOf(read)?.cost;
        return cost !== undefined && 'usd' in cost ? cost.usd : undefined;
      });
    };
    expect(costs(true)).toEqual(places.map(() => usd));
    expect(costs(false)).toEqual(costs(true));
  });
});
