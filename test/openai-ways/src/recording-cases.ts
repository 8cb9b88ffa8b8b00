import { observeOpenAI, OpenAIInstrumentation, recordBatchOutput } from '@userspan/openai';
import { expect, test, vi } from 'vitest';

import type { TelemetryGround } from './telemetry-ground.ts';
import { all, chat, MODEL, streamed } from './way.ts';

/** The recorded attributes of a call, and the time at which its span ends. */
export function recordingCases(ground: TelemetryGround): void {
  test('every attribute of a call, and no other', async () => {
    ground.instrument();
    const answer = await ground.client.chat.completions.create(chat('Hello'));
    const span = ground.only();
    expect(span.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.id': answer.id,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 0,
      'userspan.usage.audio_input_tokens': 0,
      'userspan.usage.audio_output_tokens': 0,
      'gen_ai.usage.cost': 0.00000195,
      'userspan.cost.source': 'list',
      'userspan.cost.as_of': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      'openai.api.type': 'chat_completions',
      'openai.response.service_tier': 'default',
      'openai.response.system_fingerprint': 'fp_userspan',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(ground.server.url).port),
    });
    expect(span.status).toEqual({ code: 0 });
  });

  test('streamUsage: observe sends what the caller wrote', async () => {
    ground.instrument({ streamUsage: 'observe' });
    await all(await ground.client.chat.completions.create(streamed('Hello')));
    expect(ground.server.requests[0]?.body).not.toContain('include_usage');
    expect(ground.only().attributes).toMatchObject({
      'userspan.cost.unpriced': expect.any(String) as string,
    });
    expect(ground.only().attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  test('countTokens estimates, and says so', async () => {
    const asked: string[] = [];
    ground.instrument({
      countTokens: (text) => {
        asked.push(text);
        return text.length;
      },
    });
    await all(await ground.client.chat.completions.create(streamed('[[no usage; say Hi]]')));
    await ground.client.chat.completions.create(chat('Hello'));
    const [estimated, counted] = ground.finished();
    expect(asked).toEqual(['[[no usage; say Hi]]', 'Hi']);
    expect(estimated?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 2,
      'userspan.usage.estimated': true,
    });
    expect(counted?.attributes).not.toHaveProperty('userspan.usage.estimated');
  });

  test('a countTokens that throws leaves usage unknown', async () => {
    ground.instrument({
      countTokens: () => {
        throw new Error('mine');
      },
    });
    await ground.client.chat.completions.create(chat('no usage'));
    expect(ground.only().attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  test('own prices', async () => {
    ground.instrument({ prices: { models: { 'gpt-4o-mini-2024-07-18': { input: 1, output: 2 } } } });
    await ground.client.chat.completions.create(chat('Hello'));
    expect(ground.only().attributes).toMatchObject({
      'gen_ai.usage.cost': 0.000007,
      'userspan.cost.source': 'custom',
    });
  });

  test('no prompt in an error', async () => {
    ground.instrument();
    await ground.client.chat.completions.create(chat('My secret [[fail 400]]')).catch(() => {});
    const span = ground.only();
    expect(span.status).toEqual({
      code: 2,
      message: expect.stringMatching(/^BadRequestError 400/) as string,
    });
    expect(JSON.stringify(span)).not.toContain('secret');
  });

  test('batch output', async () => {
    const body = (prompt: string): unknown => ({
      model: MODEL,
      messages: [{ role: 'user', content: prompt }],
    });
    const input = ['Hello', 'input 1000; cached 512', 'fail 400'].map((prompt, index) =>
      JSON.stringify({
        custom_id: `c${index}`,
        method: 'POST',
        url: '/v1/chat/completions',
        body: body(prompt),
      }),
    );
    const file = await ground.client.files.create({
      file: new File([input.join('\n')], 'in.jsonl'),
      purpose: 'batch',
    });
    let batch = await ground.client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    while (batch.status !== 'completed') batch = await ground.client.batches.retrieve(batch.id);
    const options = {
      userOf: ({ custom_id }: { custom_id?: string | null }) => ({ userId: String(custom_id) }),
    };
    const read = await recordBatchOutput(
      await ground.client.files.content(batch.output_file_id ?? ''),
      options,
    );
    expect(read).toMatchObject({
      recorded: 2,
      skipped: 0,
      lines: [{ custom_id: 'c0' }, { custom_id: 'c1' }],
    });
    const again = await recordBatchOutput(
      await ground.client.files.content(batch.output_file_id ?? ''),
      options,
    );
    expect(again).toMatchObject({ recorded: 0, skipped: 2 });
    expect(
      ground
        .finished()
        .map(({ attributes }) => [
          attributes['user.id'],
          attributes['gen_ai.usage.input_tokens'],
          attributes['gen_ai.usage.cost'],
        ]),
    ).toEqual(
      ground.server.bills.map(({ usage, usd }, index) => [`c${index}`, usage.inputTokens, Number(usd)]),
    );
    expect(ground.server.bills.map(({ tier }) => tier)).toEqual(['batch', 'batch']);
  });

  test('what is never read ends after a minute', async () => {
    ground.instrument();
    const stream = await ground.client.chat.completions.create(streamed('Hello'));
    await vi.advanceTimersByTimeAsync(50_000);
    expect(ground.finished()).toEqual([]);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(ground.only().status).toEqual({ code: 0 });
    expect(stream.controller.signal.aborted).toBe(false);
  });

  test('disable ends what is open, and a client from before records no more', async () => {
    const instrumentation = ground.instrument();
    const stream = await ground.client.chat.completions.create(streamed('Hello'));
    instrumentation.disable();
    expect(ground.finished()).toHaveLength(1);
    expect((await all(stream)).length).toBeGreaterThan(2);
    await ground.client.chat.completions.create(chat('Hello'));
    expect(ground.finished()).toHaveLength(1);
  });

  test.each([
    ['streamUsage', { streamUsage: 'always' }, /streamUsage is 'request' or 'observe'/],
    ['maxContentBytes', { maxContentBytes: 0 }, /maxContentBytes/],
    ['redact', { redact: 'x' }, /redact is a function/],
    ['countTokens', { countTokens: 1 }, /countTokens is a function/],
  ])('a bad %s throws at set-up', (_name, options, message) => {
    expect(() => new OpenAIInstrumentation(options as never)).toThrow(message);
  });

  test('what is no OpenAI throws at set-up, with the line that mends it', () => {
    expect(() => ground.instrument().manuallyInstrument({})).toThrow(/manuallyInstrument\(OpenAI\)/);
    expect(() => observeOpenAI({})).toThrow(/observeOpenAI\(new OpenAI\(\)\)/);
  });
}
