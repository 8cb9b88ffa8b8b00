import { describe, expect, it } from 'vitest';
import { left } from '../../testing/screened.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { spansOfRequest } from '../spans-of-request.ts';
import { RequestScreen } from './request-screen.ts';
import { messageWithoutQuotes, nameWithoutContent } from './message-text.ts';

const PROMPT = 'my knee hurts since I fell off the horse';

describe('a message of an error', () => {
  it.each([
    ['without a quotation', 'Rate limit reached for gpt-4o: please try again in 20 s'],
    ['that quotes a field', `Invalid type for 'messages[0].content': expected one of a string or array`],
    ['that quotes a short value', "Unsupported value: 'temperature' does not support 0.2 with this model"],
    [
      'with apostrophes',
      "I couldn't reach the host because it doesn't answer and that isn't fine, can't go on",
    ],
    [
      'as JSON',
      '400 {"error":{"message":"This model has a maximum context length of 8,192 tokens","type":"invalid_request_error"}}',
    ],
    [
      "as Python's repr",
      "Error code: 400 - {'error': {'message': 'Your prompt was refused by our policy', 'code': None}}",
    ],
    ['with a quotation that never ends', `Unexpected token "my knee hurts since I fell off the horse`],
    [
      'with a stack',
      'Error: x\n    at f (file:///srv/app.mjs:3:9)\n    at async g (node:internal/process/task_queues:95:5)',
    ],
  ])('%s stays', (_, message) => {
    expect(messageWithoutQuotes(message)).toBe(message);
  });

  it.each([
    [
      'JSON that does not parse',
      `Unexpected token 'm', "${PROMPT}" is not valid JSON`,
      `Unexpected token 'm', "…" is not valid JSON`,
    ],
    [
      'a value of pydantic',
      `[type=string_type, input_value='${PROMPT}', input_type=str]`,
      `[type=string_type, input_value='…', input_type=str]`,
    ],
    ['a prompt between curly marks', `cannot answer “${PROMPT}”.`, 'cannot answer “…”.'],
    [
      'a prompt with an apostrophe',
      `no tool for 'it doesn't matter how much my knee hurts' here`,
      `no tool for '…' here`,
    ],
    [
      'a message of a request',
      `400 for {"messages":[{"role":"user","content":"${PROMPT}"}]}`,
      `400 for {"messages":[{"role":"user","content":"…"}]}`,
    ],
    ['JSON in JSON', String.raw`failed: "{\"content\":\"${PROMPT}\",\"n\":1}"`, 'failed: "…"'],
    ['two of them', `"${PROMPT}" and "${PROMPT}"`, '"…" and "…"'],
    ['a script without blanks', '「私の膝は馬から落ちてからずっと痛いです」は無効です', '「…」は無効です'],
  ])('loses %s', (_, message, kept) => {
    expect(messageWithoutQuotes(message)).toBe(kept);
  });

  it.each([
    '"x '.repeat(100_000),
    '“'.repeat(200_000),
    `\\"a b c d e f "`.repeat(30_000),
    `"message":"`.repeat(30_000),
  ])('takes no time where it is hostile', (message) => {
    const before = performance.now();
    messageWithoutQuotes(message);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

it.each([
  ['chat claude-sonnet-4-5', true],
  ["streaming response from 'gpt-4o' took 0.43 s", true],
  ['invoke_agent The Travel Booking Assistant of our Second Team', true],
  ['GET /api/users/{id}/orders/{order}', true],
  [`${PROMPT}, what should I do about it tonight?`, false],
  ['x'.repeat(201), false],
  ['私の膝は馬から落ちてからずっと痛いですが今夜は何をすべきでしょうか教えてください', false],
])('the name %s of a span stays: %s', (name, stays) => {
  expect(nameWithoutContent(name)).toBe(stays ? name : '(a name that is a text)');
});

it.each(['exception.message', 'exception.stacktrace', 'error.message', 'error', 'my.app.error_message'])(
  'the attribute %s loses what it quotes',
  (name) => {
    const kept = { [name]: 'no answer to "…" in 20 s' };
    expect(left({ [name]: `no answer to "${PROMPT}" in 20 s` })).toEqual({
      onSpan: kept,
      onEvent: kept,
      onLog: kept,
    });
  },
);

it('a span loses a name that is a text, and what the message of its status quotes; neither where content is on', () => {
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
    status: { code: 2, message: `Unexpected token 'm', "…" is not valid JSON` },
    attributes: { 'user.id': 'u1' },
  });
  expect(screened(false)).toEqual(request);
});
