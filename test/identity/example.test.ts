import { fileURLToPath } from 'node:url';

import { startOpenAIServer } from '@userspan-test/openai-server';
import { expect, test, vi } from 'vitest';

import { startOtlpReceiver } from '../pipeline/otlp-receiver.ts';
import { startProcess } from '../pipeline/processes.ts';

const cwd = fileURLToPath(new URL('../../examples/threads', import.meta.url));

test(
  'the threads example records the user, thread and parent of each span',
  { timeout: 60_000 },
  async () => {
    const vendor = await startOpenAIServer();
    const backend = await startOtlpReceiver();
    const app = await startProcess(['--import', '@userspan/node/auto', 'server.js'], {
      cwd,
      env: {
        OPENAI_BASE_URL: vendor.url,
        OPENAI_API_KEY: 'sk-test',
        USERSPAN_STREAM_USAGE_HOSTS: '127.0.0.1',
        USERSPAN_ENDPOINT: backend.url,
        USERSPAN_PROTOCOL: 'http/json',
      },
    });
    const post = (path: string, session: string, body: object): Promise<Response> =>
      fetch(`${app.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-session': session },
        body: JSON.stringify(body),
      });

    const first = await post('/chat', 's-ada', { text: 'where is order 42?' });
    const threadId = first.headers.get('x-thread');
    const messageId = (await first.text()).split('\n').at(-1);
    await (await post('/chat', 's-ada', { text: 'thanks', threadId, isRetry: true })).text();
    await (await post('/chat', 's-ben', { text: 'hello' })).text();
    await post('/feedback', 's-ada', { threadId, messageId, thumb: 'up' });
    await post('/quiet', 's-nobody', {});
    await vi.waitFor(() => expect(backend.spans).toHaveLength(19 + 8), 20_000);
    await app.stop();
    await Promise.all([vendor.close(), backend.close()]);

    const ada = { 'user.id': 'u_ada', 'user.name': 'Ada', 'userspan.user.plan': 'pro' };
    const inThread = { 'session.id': threadId, 'gen_ai.conversation.id': threadId };
    const seen = backend.spans.filter((span) => span.attributes['user.id'] === 'u_ada');
    expect(seen.map((span) => span.name).toSorted()).toEqual(
      [
        'userspan.message, invoke_agent answer, invoke_workflow route, chat desk-classifier-2',
        'execute_tool findOrder, chat gpt-4o-mini, userspan.message',
        'userspan.message, invoke_agent answer, invoke_workflow route, chat desk-classifier-2',
        'chat gpt-4o-mini, userspan.message',
        'userspan.feedback, userspan.event',
        'invoke_agent summarise, chat gpt-4o-mini, invoke_agent summarise, chat gpt-4o-mini',
      ]
        .join(', ')
        .split(', ')
        .toSorted(),
    );
    for (const span of seen) {
      expect(span.attributes).toMatchObject(
        span.name === 'userspan.feedback' ? ada : { ...ada, ...inThread },
      );
    }
    const named = (name: string): Readonly<Record<string, unknown>>[] =>
      seen.filter((span) => span.name === name).map((span) => span.attributes);
    expect(named('userspan.feedback')).toEqual([
      {
        ...ada,
        'userspan.feedback.thumb': 'up',
        'userspan.feedback.target': 'message',
        'userspan.feedback.target_id': messageId,
      },
    ]);
    expect(named('chat desk-classifier-2')[0]).toMatchObject({
      'gen_ai.provider.name': 'house',
      'gen_ai.usage.input_tokens': 4,
      'gen_ai.usage.output_tokens': 1,
    });
    for (const call of named('chat gpt-4o-mini')) expect(call['gen_ai.usage.cost']).toBeGreaterThan(0);
    // Content is off, so no message is recorded.
    expect(JSON.stringify(backend.spans)).not.toMatch(/order 42|thanks/);
    expect(backend.spans.filter((span) => span.attributes['user.id'] === 'u_ben')).toHaveLength(8);
  },
);
