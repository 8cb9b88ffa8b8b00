import { randomId, type TestSpan } from './otlp-span.ts';

/** A user of the sample data. */
export interface DemoUser {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly group?: string;
  readonly plan?: string;
  /** Conversations in the two months. */
  readonly threads: number;
}

/** Users of different kinds: in groups, without a name, with a name in another script, with a path as id. */
export const demoUsers: readonly DemoUser[] = [
  { id: 'u_1042', name: 'Ada Lovelace', email: 'ada@acme.example', group: 'acme', plan: 'team', threads: 34 },
  {
    id: 'u_1077',
    name: 'Grace Hopper',
    email: 'grace@acme.example',
    group: 'acme',
    plan: 'team',
    threads: 26,
  },
  {
    id: 'u_2210',
    name: 'Linus Pauling',
    email: 'linus@globex.example',
    group: 'globex',
    plan: 'pro',
    threads: 22,
  },
  {
    id: 'u_2301',
    name: 'Margaret Hamilton',
    email: 'mh@globex.example',
    group: 'globex',
    plan: 'pro',
    threads: 19,
  },
  { id: 'u_0815', name: 'Zoë Łukasiewicz', email: 'zoe@example.org', plan: 'free', threads: 15 },
  {
    id: 'u_3100',
    name: 'Þóra Ægisdóttir',
    email: 'thora@initech.example',
    group: 'initech',
    plan: 'pro',
    threads: 12,
  },
  {
    id: 'u_4004',
    name: 'Radia Perlman',
    email: 'radia@initech.example',
    group: 'initech',
    plan: 'team',
    threads: 9,
  },
  { id: 'anon-7f3a', threads: 6 },
  { id: 'org/9?x=1#é', name: 'Pat <b>Path</b>', group: 'globex', threads: 4 },
  { id: '..', name: 'Dot Dot', plan: 'free', threads: 3 },
  { id: 'u_5150', name: 'Barbara Liskov', email: 'barbara@umbrella.example', group: 'umbrella', threads: 3 },
  { id: 'u_6001', name: 'Katherine Johnson', email: 'kj@umbrella.example', group: 'umbrella', threads: 2 },
];

const questions = [
  ['Which invoices are overdue?', 'Three: 2026-114, 2026-119 and 2026-131, together €4,210.'],
  [
    'Summarise the call with the customer.',
    'They want the export by Friday and will send the file format today.',
  ],
  ['Translate the reply into Greek.', 'Ελήφθη. Θα το στείλουμε σήμερα.'],
  [
    'Why did the build fail?',
    'A type changed in pricing: `exact` is a string now. Two call sites still add it as a number.',
  ],
] as const;

const models = [
  { provider: 'openai', model: 'gpt-4.1', input: 2_400, output: 380 },
  { provider: 'openai', model: 'gpt-4o-mini', input: 1_150, output: 240 },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', input: 3_100, output: 520 },
  { provider: 'openai', model: 'o4-mini', input: 1_900, output: 900 },
] as const;

/** Generates two months of traffic that ends at `nowMs`. It is the same in every run. */
export function demoSpans(nowMs: number): TestSpan[] {
  const random = generator(20_261_123);
  const spans: TestSpan[] = [];
  for (const user of demoUsers) {
    for (let at = 0; at < user.threads; at++) {
      // Recent days have more traffic, and the current hour has none, so that figures do not depend on the minute. Users
      // with many calls also have many in the month before.
      const days = user.threads > 10 ? 56 : 28;
      const age = random() ** 1.4 * days * 86_400_000 + 3_600_000;
      spans.push(...conversation(user, `${user.id}-t${at}`, nowMs - age, random));
    }
  }
  for (let at = 0; at < 40; at++)
    spans.push(...nightlyJob(nowMs - random() * 50 * 86_400_000 - 3_600_000, random));
  for (let at = 0; at < 9; at++)
    spans.push(unpricedCall(nowMs - random() * 6 * 86_400_000 - 3_600_000, random));
  return spans;
}

/** Generates one conversation, with a request, an agent, a tool and two calls for each turn. */
function conversation(user: DemoUser, thread: string, startMs: number, random: () => number): TestSpan[] {
  const turns = 1 + Math.floor(random() * 3);
  const spans: TestSpan[] = [];
  let atMs = startMs;
  for (let turn = 0; turn < turns; turn++) {
    const [question, answer] = questions[Math.floor(random() * questions.length)] ?? questions[0];
    const who = {
      'user.id': user.id,
      'user.name': user.name,
      'user.email': user.email,
      'userspan.user.group': user.group,
      'userspan.user.plan': user.plan,
      'session.id': thread,
      'gen_ai.conversation.id': thread,
    };
    const traceId = randomId(16);
    const request = randomId(8);
    const agent = randomId(8);
    const base = { service: 'chat-api', scope: '@userspan/openai', traceId } as const;
    const first = 700 + random() * 900;
    const tool = 60 + random() * 200;
    const second = 900 + random() * 2_200;
    const whole = first + tool + second;
    const model = models[Math.floor(random() * random() * models.length)] ?? models[0];
    const failed = random() < 0.04;
    spans.push(
      {
        ...base,
        scope: '@opentelemetry/instrumentation-http',
        spanId: request,
        name: 'POST /chat',
        startMs: atMs,
        durationMs: whole + 24,
        attributes: { ...who, 'http.request.method': 'POST', 'url.path': '/chat' },
      },
      {
        ...base,
        spanId: agent,
        parentSpanId: request,
        name: 'invoke_agent support',
        startMs: atMs + 8,
        durationMs: whole + 8,
        attributes: { ...who, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support' },
      },
      {
        ...base,
        spanId: randomId(8),
        parentSpanId: agent,
        name: `chat ${model.model}`,
        startMs: atMs + 10,
        durationMs: first,
        attributes: { ...who, ...callAttributes(model, random), 'userspan.tags': ['support'] },
      },
      {
        ...base,
        spanId: randomId(8),
        parentSpanId: agent,
        name: 'execute_tool search',
        startMs: atMs + 10 + first,
        durationMs: tool,
        attributes: { ...who, 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
      },
      {
        ...base,
        spanId: randomId(8),
        parentSpanId: agent,
        name: `chat ${model.model}`,
        startMs: atMs + 10 + first + tool,
        durationMs: second,
        attributes: {
          ...who,
          ...(failed ? failedAttributes(model) : callAttributes(model, random)),
          'gen_ai.input.messages': JSON.stringify([
            { role: 'user', parts: [{ type: 'text', content: question }] },
          ]),
          ...(failed
            ? {}
            : {
                'gen_ai.output.messages': JSON.stringify([
                  { role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' },
                ]),
              }),
        },
        ...(failed ? { error: '429 Rate limit reached' } : {}),
      },
    );
    atMs += whole + 20_000 + random() * 60_000;
  }
  return spans;
}

function callAttributes(
  model: (typeof models)[number],
  random: () => number,
): Readonly<Record<string, unknown>> {
  const input = Math.round(model.input * (0.4 + random() * 1.2));
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.model,
    'gen_ai.response.model': model.model,
    'gen_ai.response.id': `resp_${randomId(8)}`,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.cache_read.input_tokens': Math.round(input * random() * 0.6),
    'gen_ai.usage.output_tokens': Math.round(model.output * (0.3 + random() * 1.4)),
  };
}

function failedAttributes(model: (typeof models)[number]): Readonly<Record<string, unknown>> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.model,
    'error.type': '429',
  };
}

/** A job without a user. */
function nightlyJob(startMs: number, random: () => number): TestSpan[] {
  return [
    {
      service: 'indexer',
      scope: '@opentelemetry/instrumentation-openai',
      traceId: randomId(16),
      spanId: randomId(8),
      name: 'embeddings text-embedding-3-small',
      startMs,
      durationMs: 180 + random() * 300,
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'text-embedding-3-small',
        'gen_ai.response.model': 'text-embedding-3-small',
        'gen_ai.usage.input_tokens': 4_000 + Math.round(random() * 9_000),
      },
    },
  ];
}

/** A call to a model that no list has a price for. */
export function unpricedCall(startMs: number, random: () => number): TestSpan {
  return {
    service: 'chat-api',
    scope: '@userspan/openai',
    traceId: randomId(16),
    spanId: randomId(8),
    name: 'chat acme-support-v3',
    startMs,
    durationMs: 400 + random() * 500,
    attributes: {
      'user.id': 'u_6001',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'acme-support-v3',
      'gen_ai.response.model': 'acme-support-v3',
      'gen_ai.usage.input_tokens': 800 + Math.round(random() * 300),
      'gen_ai.usage.output_tokens': 120 + Math.round(random() * 60),
    },
  };
}

/** Generates numbers from 0 to 1 that are the same in every run (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A call that ends this moment. */
export function liveCall(user: Pick<DemoUser, 'id' | 'name'>, inputTokens = 1_000): TestSpan {
  return {
    service: 'chat-api',
    scope: '@userspan/openai',
    traceId: randomId(16),
    spanId: randomId(8),
    name: 'chat gpt-4.1',
    startMs: Date.now() - 800,
    durationMs: 800,
    attributes: {
      'user.id': user.id,
      'user.name': user.name,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4.1',
      'gen_ai.response.model': 'gpt-4.1',
      'gen_ai.usage.input_tokens': Math.round(inputTokens),
      'gen_ai.usage.output_tokens': 100,
    },
  };
}
