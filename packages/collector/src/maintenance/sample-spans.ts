import type { AttributeValue, Span } from '@userspan/ledger';

import type { ReceivedSpan } from '../storage/write/span-batch.ts';

/** `service.name` of everything that is sample data. Reserved for sample data. */
export const SAMPLE_SERVICE = 'userspan-sample';
/** What the ids of users begin with that are sample data. */
export const SAMPLE_PREFIX = 'sample-';

const NAMES = [
  'Ada Lovelace',
  'Grace Hopper',
  'Alan Turing',
  'Katherine Johnson',
  'Edsger Dijkstra',
  'Barbara Liskov',
  'Donald Knuth',
  'Margaret Hamilton',
  'Tony Hoare',
  'Radia Perlman',
  'Ken Thompson',
  'Frances Allen',
  'John Backus',
  'Hedy Lamarr',
  'Claude Shannon',
  'Annie Easley',
  'Niklaus Wirth',
  'Karen Jones',
  'Dennis Ritchie',
  'Mary Shaw',
  'Robin Milner',
  'Jean Bartik',
  'Peter Naur',
  'Lynn Conway',
];
const GROUPS = ['acme', 'globex', 'initech', 'umbrella'];
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

function hex(next: () => number, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(next() * 0x1000000)
      .toString(16)
      .padStart(6, '0');
  return text.slice(0, digits);
}

function pick<T>(items: readonly T[], next: () => number): T {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function make(
  traceId: string,
  spanId: string,
  parentSpanId: string | undefined,
  name: string,
  startNs: bigint,
  durationMs: number,
  attributes: Record<string, AttributeValue>,
): Span {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: parentSpanId === undefined ? 2 : 3,
    startTimeUnixNano: startNs,
    endTimeUnixNano: startNs + BigInt(Math.round(durationMs)) * 1_000_000n,
    status: Object.hasOwn(attributes, 'error.type') ? { code: 2, message: 'sample error' } : { code: 0 },
    attributes,
    events: [],
    resource: { 'service.name': SAMPLE_SERVICE, 'userspan.sample': true },
    scope: { name: '@userspan/openai', version: 'sample' },
  };
}

function userAttributes(number: number): Record<string, AttributeValue> {
  const name = NAMES[number] ?? `User ${number}`;
  const handle = name.toLowerCase().replaceAll(/[^a-z]+/g, '.');
  return {
    'user.id': `${SAMPLE_PREFIX}${handle}`,
    'user.name': name,
    'user.email': `${handle}@example.com`,
    'userspan.user.group': GROUPS[number % GROUPS.length] ?? 'acme',
    'userspan.user.plan': number % 3 === 0 ? 'pro' : 'free',
    'userspan.user.sample': true,
  };
}

function conversation(number: number, startNs: bigint, next: () => number): Span[] {
  const traceId = hex(next, 32);
  const rootId = hex(next, 16);
  // One conversation in twelve forgot to say who it is for.
  const who = next() < 1 / 12 ? {} : userAttributes(number);
  const [provider, model] = pick(MODELS, next);
  const thread = { 'session.id': `sample-thread-${number}-${Math.floor(next() * 6)}` };
  const spans = [make(traceId, rootId, undefined, 'POST /chat', startNs, 4_000, { ...who, ...thread })];
  const turns = 1 + Math.floor(next() * 3);
  for (let turn = 0; turn < turns; turn++) {
    const input = 200 + Math.floor(next() ** 3 * 20_000);
    spans.push(
      make(
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
    const user = Math.floor(next() ** 2 * NAMES.length);
    const back = (BigInt(DAYS) * DAY_NS * BigInt(Math.floor(next() * 1_000_000))) / 1_000_000n;
    const start = BigInt(nowMs) * 1_000_000n - back - 60_000_000_000n;
    for (const span of conversation(user, start, next))
      spans.push({ span, project, claimed: false, receivedAtMs: nowMs });
  }
  return spans;
}
