// Generates spans like those of a service with many users, with a request, an agent and a call in each trace.

function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const MODELS = [
  'gpt-4o-mini',
  'gpt-4o',
  'gpt-4.1',
  'gpt-4.1-mini',
  'o4-mini',
  'gpt-5',
  'gpt-5-mini',
  'claude-sonnet-4-5',
];
const USERS = 200_000;
const DAYS = 60;

function hex(next, digits) {
  let text = '';
  while (text.length < digits)
    text += Math.floor(next() * 0x100000000)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

/** Generates batches of spans in order of time over sixty days, with three spans per trace and users by a power law. */
export function* syntheticBatches(count, seed = 1, size = 10_000) {
  const next = random(seed);
  const now = BigInt(Date.now()) * 1_000_000n;
  const span = BigInt(DAYS) * 86_400_000_000_000n;
  let made = 0;
  for (let number = 0; made < count; number++) {
    const spans = [];
    while (spans.length < size) {
      const user = Math.floor(USERS * next() ** 3);
      const traceId = hex(next, 32);
      const ids = [hex(next, 16), hex(next, 16), hex(next, 16)];
      const start = now - span + (span * BigInt(made + spans.length)) / BigInt(count);
      const who = {
        'user.id': `user-${user}`,
        'user.name': `Name ${user}`,
        'user.email': `user${user}@example.com`,
        'userspan.user.group': `g${user % 2000}`,
        'userspan.user.plan': user % 3 ? 'free' : 'pro',
        'session.id': `thread-${user}-${Math.floor(next() * 5)}`,
      };
      const model = MODELS[Math.floor(next() * MODELS.length)];
      const resource = {
        'service.name': `service-${user % 5}`,
        'telemetry.sdk.language': 'nodejs',
        'telemetry.sdk.name': 'opentelemetry',
        'host.name': 'app-1',
      };
      const make = (at, name, attributes, scope) => ({
        project: 'default',
        claimed: false,
        receivedAtMs: Date.now(),
        span: {
          traceId,
          spanId: ids[at],
          ...(at > 0 ? { parentSpanId: ids[at - 1] } : {}),
          name,
          kind: at === 0 ? 2 : 3,
          startTimeUnixNano: start + BigInt(at) * 1_000_000n,
          endTimeUnixNano: start + 900_000_000n - BigInt(at) * 1_000_000n,
          status: { code: 0 },
          attributes,
          events: [],
          resource,
          scope: { name: scope, version: '1.0.0' },
        },
      });
      spans.push(
        make(
          0,
          'POST /chat',
          {
            ...who,
            'http.request.method': 'POST',
            'url.path': '/chat',
            'http.response.status_code': 200,
            'server.address': 'localhost',
          },
          '@opentelemetry/instrumentation-http',
        ),
        make(
          1,
          'invoke_agent support',
          {
            ...who,
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.name': 'support',
            'userspan.tags': ['support'],
          },
          '@userspan/core',
        ),
        make(
          2,
          `chat ${model}`,
          {
            ...who,
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': model.startsWith('claude') ? 'anthropic' : 'openai',
            'gen_ai.request.model': model,
            'gen_ai.response.model': model,
            'gen_ai.response.id': `resp_${hex(next, 24)}`,
            'gen_ai.usage.input_tokens': Math.floor(next() * 3000),
            'gen_ai.usage.output_tokens': Math.floor(next() * 800),
            'gen_ai.usage.cache_read.input_tokens': 0,
            'server.address': 'api.openai.com',
            'userspan.tags': ['support'],
          },
          '@userspan/openai',
        ),
      );
    }
    made += spans.length;
    yield { id: `bench-${seed}-${number}`, spans };
  }
}
