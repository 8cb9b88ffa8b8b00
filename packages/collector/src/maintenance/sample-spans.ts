import type { Span } from '@userspan/ledger';

import { hex, makeSampleSpan, SAMPLE_NAMES, userAttributes } from './sample-span.ts';
import { sampleScenes } from './sample-scenes.ts';
import type { ReceivedSpan } from '../storage/write/span-batch.ts';

const MODELS = [
  ['openai', 'gpt-4o-mini'],
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4.1'],
  ['openai', 'gpt-4.1-mini'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openai', 'house-model-1'],
] as const;
const TAGS = ['support', 'search', 'writing', 'code'];
const DAYS = 30;
const DAY_NS = 86_400_000_000_000n;

/** A fixed seed, so that the sample data is always the same. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function pick<T>(items: readonly T[], next: () => number): T {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function conversation(number: number, startNs: bigint, next: () => number): Span[] {
  const traceId = hex(next, 32);
  const rootId = hex(next, 16);
  // One of twelve conversations names no user.
  const who = next() < 1 / 12 ? {} : userAttributes(number);
  const [provider, model] = pick(MODELS, next);
  const thread = { 'session.id': `sample-thread-${number}-${Math.floor(next() * 6)}` };
  const spans = [
    makeSampleSpan(traceId, rootId, undefined, 'POST /chat', startNs, 4_000, { ...who, ...thread }),
  ];
  const turns = 1 + Math.floor(next() * 3);
  for (let turn = 0; turn < turns; turn++) {
    const input = 200 + Math.floor(next() ** 3 * 20_000);
    spans.push(
      makeSampleSpan(
        traceId,
        hex(next, 16),
        rootId,
        `chat ${model}`,
        startNs + BigInt(turn) * 1_000_000_000n,
        300 + next() * 900,
        {
          ...who,
          ...thread,
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': provider,
          'gen_ai.request.model': model,
          'gen_ai.response.model': model,
          'gen_ai.usage.input_tokens': input,
          'gen_ai.usage.output_tokens': 50 + Math.floor(next() * 1_500),
          'gen_ai.usage.cache_read.input_tokens': next() < 0.3 ? Math.floor(input / 2) : 0,
          'userspan.tags': [pick(TAGS, next)],
          ...(next() < 0.03 ? { 'error.type': 'rate_limit_exceeded' } : {}),
        },
      ),
    );
  }
  return spans;
}

/** A month of a small product's calls: some users cost more than others, some calls have no user and some no price. */
export function sampleSpans(project: string, nowMs: number): ReceivedSpan[] {
  const next = sequence(nowMs >>> 0);
  const spans: ReceivedSpan[] = [];
  for (let conversationNumber = 0; conversationNumber < 400; conversationNumber++) {
    const user = Math.floor(next() ** 2 * SAMPLE_NAMES.length);
    const back = (BigInt(DAYS) * DAY_NS * BigInt(Math.floor(next() * 1_000_000))) / 1_000_000n;
    const start = BigInt(nowMs) * 1_000_000n - back - 60_000_000_000n;
    for (const span of conversation(user, start, next))
      spans.push({ span, project, claimed: false, receivedAtMs: nowMs });
  }
  for (const span of sampleScenes(nowMs, next)) {
    spans.push({ span, project, claimed: false, receivedAtMs: nowMs });
  }
  return spans;
}
