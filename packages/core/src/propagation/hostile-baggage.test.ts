import { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, propagation } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';

import { setBaggageMode } from '../process/process-settings.ts';
import { toUser } from '../user/to-user.ts';
import { setUser, userOf } from '../user/user-context.ts';
import { UserPropagator } from './user-propagator.ts';

const w3c = new W3CBaggagePropagator();
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\uD800', '\r', '\n', '%', '=', ',', ';', 'a') }),
);

afterEach(() => setBaggageMode('guarded'));

/** The characters that Node allows in the value of a header. */
const HEADER = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

test('for every user, a plain propagator writes a valid header within the limits', () => {
  setBaggageMode('always');
  fc.assert(
    fc.property(
      fc.anything(),
      fc.oneof(fc.anything(), fc.dictionary(text, fc.oneof(text, fc.anything()))),
      (id, props) => {
        const user = toUser(typeof id === 'object' ? String(Object.keys(id ?? {})) : id, props);
        if (user === undefined) return;
        const carrier: Record<string, string> = {};
        w3c.inject(setUser(ROOT_CONTEXT, user), carrier, defaultTextMapSetter);
        expect(carrier['baggage'] ?? '').toMatch(HEADER);
        expect((carrier['baggage'] ?? '').length).toBeLessThanOrEqual(4096);
      },
    ),
    { numRuns: 500 },
  );
});

test('never throws for any incoming request, and accepts nothing from untrusted callers', () => {
  const header = fc.oneof(
    text,
    fc
      .array(fc.tuple(fc.constantFrom('user.id', 'userspan.signed', 'userspan.user.x', 'x'), text))
      .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join(',')),
  );
  fc.assert(
    fc.property(header, (baggage) => {
      for (const options of [{}, { trust: 'a secret' }]) {
        const from = new UserPropagator(w3c, options).extract(
          ROOT_CONTEXT,
          { baggage },
          defaultTextMapGetter,
        );
        expect(userOf(from)).toBeUndefined();
        for (const [name] of propagation.getBaggage(from)?.getAllEntries() ?? [])
          expect(name).not.toMatch(/^user(span\.|\.id$)/);
      }
      const believed = new UserPropagator(w3c, { trust: () => true });
      expect(() => believed.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
