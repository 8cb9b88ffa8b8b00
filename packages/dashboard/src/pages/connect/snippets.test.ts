import { expect, test } from 'vitest';
import { snippetsFor } from './snippets.ts';

const endpoint = 'http://localhost:4318';
const text = (key: string | undefined): string => JSON.stringify(snippetsFor({ endpoint, key }));

test('has snippets for every kind of application', () => {
  expect(snippetsFor({ endpoint, key: undefined }).map(({ id }) => id)).toEqual([
    'esm',
    'cjs',
    'next',
    'otel',
    'otlp',
    'clients',
    'browser',
  ]);
});

test('fills in the actual endpoint, and a key only if there is one', () => {
  expect(text(undefined)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318');
  expect(text(undefined)).not.toContain('authorization');
  expect(text('sk-1')).toContain('OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20sk-1');
  expect(text('sk-1')).toContain("authorization: 'Bearer sk-1'");
});

test('never puts the entered key into the web snippet, which has a separate one', () => {
  const browser = snippetsFor({ endpoint, key: 'ingest-secret' }).find(({ id }) => id === 'browser');
  expect(JSON.stringify(browser)).not.toContain('ingest-secret');
  expect(JSON.stringify(browser)).toContain("endpoint: 'http://localhost:4318'");
});

test('escapes quotes in a key', () => {
  const [esm] = snippetsFor({ endpoint, key: "a'; rm -rf ~ #" });
  expect(esm?.steps[1]?.text).toContain(String.raw`'authorization=Bearer%20a'\''; rm -rf ~ #'`);
});

test('shows the OTLP/gRPC address if it is enabled', () => {
  const steps = (grpcEndpoint: string | undefined): string =>
    JSON.stringify(snippetsFor({ endpoint, grpcEndpoint, key: 'sk-1' }).find(({ id }) => id === 'otlp'));
  expect(steps('http://localhost:4317')).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317');
  expect(steps('http://localhost:4317')).toContain('OTEL_EXPORTER_OTLP_PROTOCOL=grpc');
  expect(steps(undefined)).not.toContain('grpc');
});

test('quotes the endpoint and key correctly for other vendors’ clients', () => {
  const stepsWith = (key: string | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (snippetsFor({ endpoint, key }).find(({ id }) => id === 'clients')?.steps ?? []).map(
        ({ title, text }) => [title, text],
      ),
    );
  expect(stepsWith('sk-1')).toMatchObject({
    Lunary: 'export LUNARY_API_URL=http://localhost:4318\nexport LUNARY_PRIVATE_KEY=sk-1',
    PostHog: "new PostHog('sk-1', { host: 'http://localhost:4318' })",
  });
  expect(stepsWith(undefined)['Lunary']).toContain('LUNARY_PRIVATE_KEY=any-key');
  expect(stepsWith("a'; rm -rf ~")['Langfuse']).toContain(String.raw`LANGFUSE_SECRET_KEY='a'\''; rm -rf ~'`);
});
