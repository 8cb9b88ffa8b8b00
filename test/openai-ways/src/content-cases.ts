import { expect, test, vi } from 'vitest';

import type { FinishedSpan, TelemetryGround } from './telemetry-ground.ts';
import { all, chat, MODEL, streamed } from './way.ts';

/** Prompts and answers as attributes. */
export function contentCases(ground: TelemetryGround): void {
  test('content is off at first, and by every word that says so', async () => {
    for (const word of ['', 'false', 'NO_CONTENT', 'EVENT_ONLY', 'nonsense']) {
      vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', word);
      const instrumentation = ground.instrument();
      await ground.client.chat.completions.create(chat('Hello'));
      instrumentation.disable();
    }
    expect(JSON.stringify(ground.finished().map(({ attributes }) => attributes))).not.toContain('Hello');
  });

  test.each(['true', 'SPAN_ONLY', 'span_and_event'])('content by the variable: %s', async (word) => {
    vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', word);
    ground.instrument();
    await ground.client.chat.completions.create(chat('[[say Hi]]'));
    expect(contentOf(ground.only())).toEqual({
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: '[[say Hi]]' }] }],
      'gen_ai.output.messages': [
        { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'stop' },
      ],
    });
  });

  test('the option beats the variable', async () => {
    vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', 'true');
    ground.instrument({ captureContent: false });
    await ground.client.chat.completions.create(chat('Hello'));
    expect(contentOf(ground.only())).toEqual({});
  });

  test('content of a stream with tools and a picture', async () => {
    ground.instrument({ captureContent: true });
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: {} } }];
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '[[call get_weather {"city":"Oslo"}]]' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAAAA==' } },
          { type: 'image_url', image_url: { url: 'https://x.example/a.png?signature=secret' } },
        ],
      },
    ];
    await all(await ground.client.chat.completions.create(streamed('', { messages, tools })));
    expect(contentOf(ground.only())).toEqual({
      'gen_ai.input.messages': [
        { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
        {
          role: 'user',
          parts: [
            { type: 'text', content: '[[call get_weather {"city":"Oslo"}]]' },
            { type: 'blob', modality: 'image', mime_type: 'image/png', size: 4 },
            { type: 'uri', modality: 'image', uri: 'https://x.example/a.png' },
          ],
        },
      ],
      'gen_ai.output.messages': [
        {
          role: 'assistant',
          parts: [
            {
              type: 'tool_call',
              id: expect.any(String) as string,
              name: 'get_weather',
              arguments: { city: 'Oslo' },
            },
          ],
          finish_reason: 'tool_calls',
        },
      ],
      'gen_ai.tool.definitions': tools,
    });
  });

  test('content of a response, streamed and not', async () => {
    ground.instrument({ captureContent: true });
    const body = { model: MODEL, input: '[[say Hi]]', instructions: 'Be brief.' };
    await ground.client.responses.create(body);
    await all(await ground.client.responses.create({ ...body, stream: true }));
    const [plain, stream] = ground.finished().map(contentOf);
    expect(plain).toEqual({
      'gen_ai.system_instructions': [{ type: 'text', content: 'Be brief.' }],
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: '[[say Hi]]' }] }],
      'gen_ai.output.messages': [
        { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'stop' },
      ],
    });
    expect(stream).toEqual(plain);
  });

  test('content is bounded and stays JSON', async () => {
    ground.instrument({ captureContent: true, maxContentBytes: 200 });
    await ground.client.chat.completions.create(chat(`${'é'.repeat(5000)}[[say Hi]]`));
    const text = String(ground.only().attributes['gen_ai.input.messages']);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
    expect(JSON.parse(text)).toMatchObject([{ role: 'user', parts: [{ type: 'text' }] }]);
  });

  test('redact sees content first', async () => {
    ground.instrument({
      captureContent: true,
      redact: (content, attribute) =>
        attribute === 'gen_ai.output.messages'
          ? undefined
          : JSON.parse(JSON.stringify(content).replaceAll('secret', '***')),
    });
    await ground.client.chat.completions.create(chat('my secret'));
    expect(contentOf(ground.only())).toEqual({
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'my ***' }] }],
    });
  });

  test('a redact that throws keeps content out', async () => {
    ground.instrument({
      captureContent: true,
      redact: () => {
        throw new Error('mine');
      },
    });
    await ground.client.chat.completions.create(chat('Hello'));
    expect(contentOf(ground.only())).toEqual({});
  });
}

function contentOf({ attributes }: FinishedSpan): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (/messages$|instructions$|definitions$/.test(name)) content[name] = JSON.parse(String(value));
  }
  return content;
}
