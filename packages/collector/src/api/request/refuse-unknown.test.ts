import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly type?: string };
  }[];
}

test('rejects each parameter that takes one value and is given twice, and names it', async () => {
  const { paths } = await collector.get<{ paths: Record<string, { get?: Operation }> }>('/api/openapi.json');
  const cases = Object.entries(paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? [])
      .filter(
        (parameter) => parameter.in === 'query' && !['array', 'object'].includes(parameter.schema.type ?? ''),
      )
      .map(({ name }) => ({ name, url: `${path.replaceAll(/\{\w+\}/gu, 'x')}?${name}=1&${name}=2` })),
  );
  expect(cases.length).toBeGreaterThan(100);
  const answers = await Promise.all(
    cases.map(async ({ url }) => {
      const { statusCode, body } = await collector.app.inject({ url });
      const { message } = JSON.parse(body) as { readonly message?: string };
      return [url, statusCode, message];
    }),
  );
  expect(answers).toEqual(
    cases.map(({ name, url }) => [url, 400, `The parameter ${name} is given 2 times; it takes one value.`]),
  );
});

test.each([
  ['/api/usage?timeZone=Asia/Tokyo', 'tz'],
  ['/api/usage?time_zone=Asia/Tokyo', 'tz'],
  ['/api/usage?granularity=day', 'bucket'],
  ['/api/users?start=2026-11-01', 'from'],
  ['/api/users?end-time=2026-11-01', 'to'],
  ['/api/users?query=ada', 'q'],
  ['/api/users?page_size=5', 'limit'],
  ['/api/calls?modle=gpt-4.1', 'model'],
  ['/api/users?props.plan=pro', 'prop\\.plan'],
  ['/api/usage?porp.plan=pro', 'prop\\.plan'],
  ['/api/users?property.plan=pro', 'prop\\.plan'],
  ['/api/users?prpo=pro', 'prop\\.KEY'],
  ['/api/users?prop=pro', 'prop\\.KEY'],
  ['/api/users?form=2026-11-01', 'from'],
  ['/api/users?gruop=acme', 'group'],
  ['/api/calls?constructor=1', undefined],
  ['/api/calls?__proto__=1', undefined],
])('rejects %s with the most similar name', async (url, meant) => {
  const reply = await collector.app.inject({ url });
  expect([reply.statusCode, reply.body]).toEqual([
    400,
    expect.stringMatching(
      meant === undefined ? /There is no parameter/u : new RegExp(`did you mean ${meant}\\?`, 'u'),
    ),
  ]);
});
