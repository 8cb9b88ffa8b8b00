import type { AttributeValue, Span, SpanEvent } from '@userspan/ledger';

/** `service.name` of all sample data. Reserved for it. */
export const SAMPLE_SERVICE = 'userspan-sample';
/** Prefix of the ids of sample users. */
export const SAMPLE_PREFIX = 'sample-';

export const SAMPLE_NAMES: readonly string[] = [
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

/** Digits of an id. */
export function hex(next: () => number, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(next() * 0x1000000)
      .toString(16)
      .padStart(6, '0');
  return text.slice(0, digits);
}

/** A span of the sample. With an error, it is a failed one. */
export function makeSampleSpan(
  traceId: string,
  spanId: string,
  parentSpanId: string | undefined,
  name: string,
  startNs: bigint,
  durationMs: number,
  attributes: Record<string, AttributeValue>,
  events: readonly SpanEvent[] = [],
): Span {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: parentSpanId === undefined ? 2 : 3,
    startTimeUnixNano: startNs,
    endTimeUnixNano: startNs + BigInt(Math.round(durationMs)) * 1_000_000n,
    status: Object.hasOwn(attributes, 'error.type') ? { code: 2, message: messageOf(events) } : { code: 0 },
    attributes,
    events,
    resource: { 'service.name': SAMPLE_SERVICE, 'userspan.sample': true },
    scope: { name: '@userspan/openai', version: 'sample' },
  };
}

function messageOf(events: readonly SpanEvent[]): string {
  const message = events[0]?.attributes['exception.message'];
  return typeof message === 'string' ? message : 'sample error';
}

/** The id of a sample user, by index in the list of names. */
export function sampleUserId(number: number): string {
  return `${SAMPLE_PREFIX}${handleOf(nameOf(number))}`;
}

function nameOf(number: number): string {
  return SAMPLE_NAMES[number] ?? `User ${number}`;
}

function handleOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '.');
}

/** Name and properties of a sample user, by index in the list of names. */
export function userAttributes(number: number): Record<string, AttributeValue> {
  const name = nameOf(number);
  return {
    'user.id': sampleUserId(number),
    'user.name': name,
    'user.email': `${handleOf(name)}@example.com`,
    'userspan.user.group': GROUPS[number % GROUPS.length] ?? 'acme',
    'userspan.user.plan': number % 3 === 0 ? 'pro' : 'free',
    'userspan.user.sample': true,
  };
}
