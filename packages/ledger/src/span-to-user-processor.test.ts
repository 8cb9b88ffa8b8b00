import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { SpanToUserProcessor } from './span-to-user-processor.ts';

const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};

describe('SpanToUserProcessor', () => {
  it('turns spans of the SDK into users with their exact cost', () => {
    const ledger = new SpanToUserProcessor();
    const tracer = new BasicTracerProvider({ spanProcessors: [ledger] }).getTracer('test');
    const startTime = new Date('2026-11-01T10:00:00.000Z');

    const root = tracer.startSpan('GET /', {
      startTime,
      attributes: { 'user.id': 'u42', 'user.name': 'Ada', 'userspan.user.plan': 'pro', 'session.id': 's1' },
    });
    const inRoot = trace.setSpan(context.active(), root);
    const call = tracer.startSpan('chat gpt-4o-mini', { startTime, attributes: CALL }, inRoot);
    call.end();
    root.end();
    tracer.startSpan('chat gpt-4o-mini', { startTime, attributes: CALL }).end();

    expect(ledger.users()).toEqual([
      {
        id: 'u42',
        name: 'Ada',
        email: null,
        avatar: null,
        group: null,
        props: { plan: 'pro' },
        firstSeen: '2026-11-01T10:00:00.000Z',
        lastSeen: '2026-11-01T10:00:00.000Z',
        calls: 1,
        inputTokens: 19,
        outputTokens: 10,
        cachedTokens: 0,
        cost: 0.00000885,
        costExact: '0.00000885',
        unpricedCalls: 0,
        errors: 0,
        threads: 1,
      },
    ]);
    expect(ledger.unattributed()).toMatchObject({ calls: 1, costExact: '0.00000885' });
  });
});
