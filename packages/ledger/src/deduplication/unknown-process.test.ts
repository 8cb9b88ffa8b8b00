import { describe, expect, it } from 'vitest';
import { makeSpan } from '../../testing/make-span.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import type { TraceSpan } from '../attribution/trace-span.ts';
import { readSpan } from '../calls/read-span.ts';
import type { Attributes } from '../span.ts';
import { linkKeysOf } from './may-be-one-request.ts';

// Two instrumentations record a request without a response id and without a span around it, so that their spans are the
// roots of two traces. Two applications with equal requests at the same moment send the same spans. So only the resource
// tells whether it is one request.

interface Short {
  readonly scope: string;
  readonly resource: Attributes;
  readonly attributes?: Attributes;
  readonly traceId?: string;
  readonly parentSpanId?: string;
}

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
};
const COUNTS: Attributes = { 'gen_ai.usage.input_tokens': 19, 'gen_ai.usage.output_tokens': 10 };
const ANSWER: Attributes = { 'gen_ai.response.id': 'r1' };

function spanOf(short: Short): TraceSpan {
  const { scope, resource, attributes = { ...CHAT, ...COUNTS }, ...place } = short;
  const traceId = short.traceId ?? (scope === 'ours' ? '1' : '2').repeat(32);
  const spanId = (scope === 'ours' ? '1' : '2').repeat(16);
  return readSpan(makeSpan(attributes, { resource, scope: { name: scope }, spanId, ...place, traceId }))
    .traceSpan;
}

function countedOf(spans: readonly TraceSpan[]): number {
  return [...resolveTrace(spans).values()].filter(({ counted }) => counted).length;
}

const NOTHING: Attributes = {};
const UNNAMED: Attributes = { 'service.name': 'unknown_service:node', 'telemetry.sdk.language': 'nodejs' };

describe('two records without a common id, roots of two traces', () => {
  it.each<[name: string, counted: number, first: Attributes, second?: Attributes]>([
    ['resources that say nothing', 2, NOTHING],
    ['the default name of a service', 1, UNNAMED],
    ['the default name of a service in another runtime', 1, { 'service.name': 'unknown_service' }],
    ['equal resources without a name', 1, { 'deployment.environment': 'prod', region: 'eu' }],
    ['other resources without a name', 2, { region: 'eu' }, { region: 'us' }],
    ['one host', 1, { 'host.name': 'h1' }],
    ['two hosts', 2, { 'host.name': 'h1' }, { 'host.name': 'h2' }],
    ['a host and the default name', 1, { ...UNNAMED, 'host.name': 'h1', 'host.id': 'i1' }],
    ['two process ids', 2, { 'process.pid': 1 }, { 'process.pid': 2 }],
    ['equal numbers of 64 bits', 1, { shard: 2n }],
    ['equal resources of many characters, without a name', 2, { note: 'x'.repeat(600) }],
    [
      'two process ids with the default name',
      2,
      { ...UNNAMED, 'process.pid': 1 },
      { ...UNNAMED, 'process.pid': 2 },
    ],
    ['one says nothing, the other names its service', 2, NOTHING, { 'service.name': 'chat' }],
    ['two services', 2, { 'service.name': 'chat' }, { 'service.name': 'search' }],
    ['two instances', 2, { 'service.instance.id': 'a' }, { 'service.instance.id': 'b' }],
    ['one service', 1, { 'service.name': 'chat' }],
    ['a service whose name begins like the default', 1, { 'service.name': 'unknown_services' }],
    ['one instance', 1, { ...UNNAMED, 'service.instance.id': 'a' }],
    ['a process of a host', 1, { ...UNNAMED, 'host.name': 'h1', 'process.pid': 42 }],
    ['a process of a host with an id', 1, { 'host.id': 'i1', 'process.pid': 42n }],
  ])('%s: %i', (_name, counted, first, second = first) => {
    const spans = [
      spanOf({ scope: 'ours', resource: first }),
      spanOf({ scope: 'theirs', resource: { ...second } }),
    ];
    expect(countedOf(spans)).toBe(counted);
    expect(countedOf(spans.toReversed())).toBe(counted);
    const [keys = [], others = []] = spans.map(linkKeysOf);
    expect(keys.some((key) => others.includes(key))).toBe(counted === 1);
  });

  it.each<[name: string, counted: number, first: Partial<Short>, second?: Partial<Short>]>([
    ['one of them without usage', 2, {}, { attributes: CHAT }],
    ['both failed', 2, { attributes: { ...CHAT, 'error.type': '429' } }],
    ['one response id', 1, { attributes: { ...CHAT, ...COUNTS, ...ANSWER } }],
    ['one trace', 1, { traceId: '3'.repeat(32) }],
    ['one span above both', 1, { traceId: '3'.repeat(32), parentSpanId: '4'.repeat(16) }],
  ])('of unknown processes, %s: %i', (_name, counted, first, second = first) => {
    const spans = [
      spanOf({ scope: 'ours', resource: NOTHING, ...first }),
      spanOf({ scope: 'theirs', resource: NOTHING, ...second }),
    ];
    expect(countedOf(spans)).toBe(counted);
    expect(countedOf(spans.toReversed())).toBe(counted);
  });
});
