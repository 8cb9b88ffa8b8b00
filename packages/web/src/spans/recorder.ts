import {
  ATTR_USER_EMAIL,
  ATTR_USER_ID,
  ATTR_USER_NAME,
  ATTR_USER_TRUST,
  USER_PROP_PREFIX,
} from '@userspan/core/semconv';
import type { User, UserProp } from '@userspan/core';

import type { Identity } from '../identity.ts';
import { otlpSpan } from './otlp-span.ts';
import type { Attributes } from './otlp-span.ts';
import { randomHex } from '../random-id.ts';

/** Trace and span id of one span. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Records events of the page as spans of its user. */
export interface Recorder {
  readonly identity: Identity;
  newIds(): SpanIds;
  /** Records a span that ends now. Without a start it has no duration; without a user it belongs to the current one. */
  record(span: {
    ids: SpanIds;
    name: string;
    attributes: Attributes;
    kind?: 1 | 3;
    startMs?: number;
    durationMs?: number;
    hasFailed?: boolean;
    user?: User;
  }): void;
}

/** Creates the recorder. `keep` receives each span as JSON. */
export function makeRecorder(identity: Identity, keep: (spanId: string, text: string) => void): Recorder {
  return {
    identity,
    newIds: () => ({ traceId: randomHex(16), spanId: randomHex(8) }),
    record({ ids, name, attributes, kind = 1, startMs = Date.now(), durationMs = 0, hasFailed, user }) {
      const who = claimed(user ?? identity.current());
      const span = { ...ids, name, kind, startMs, durationMs, attributes: { ...who, ...attributes } };
      keep(ids.spanId, otlpSpan(hasFailed === true ? { ...span, hasFailed } : span));
    },
  };
}

/** The attributes of a user, marked as claimed by a browser. */
function claimed({ id, props }: User): Attributes {
  const attributes: Record<string, UserProp> = { [ATTR_USER_ID]: id, [ATTR_USER_TRUST]: 'claimed' };
  for (const [prop, value] of Object.entries(props)) attributes[attributeOf(prop)] = value;
  return attributes;
}

function attributeOf(prop: string): string {
  if (prop === 'name') return ATTR_USER_NAME;
  return prop === 'email' ? ATTR_USER_EMAIL : USER_PROP_PREFIX + prop;
}
