import type { Attributes, Histogram } from '@opentelemetry/api';
import type { MetricData, ViewOptions } from '@opentelemetry/sdk-metrics';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';

import { fixedAttributes, SeriesHistogram } from './series-histogram.ts';

const ATTRIBUTES: readonly Attributes[] = [
  { 'gen_ai.request.model': 'a', 'server.port': 443 },
  // The same attributes as the first, in another order.
  { 'server.port': 443, 'gen_ai.request.model': 'a' },
  { 'gen_ai.request.model': 'b', 'server.port': 443 },
  { 'gen_ai.request.model': 'b', 'server.port': 80 },
  {},
];
const VALUES: readonly (readonly [value: number, attributes: number])[] = [
  [3, 0],
  [0.5, 1],
  [70, 2],
  [Number.NaN, 2],
  [-1, 2],
  [11, 3],
  [0, 4],
  [3, 0],
];

type Temporality = 'delta' | 'cumulative';
type AddValue = (value: number, attributes: Attributes) => void;

/** The exports of readers after each of three rounds of values, the second of which is empty. */
async function exported(
  temporalities: readonly Temporality[],
  views: ViewOptions[],
  recorderOf: (histogram: Histogram) => AddValue,
): Promise<unknown> {
  const exporters = temporalities.map(
    (temporality) =>
      new InMemoryMetricExporter(
        temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
      ),
  );
  const readers = exporters.map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
  );
  const provider = new MeterProvider({ readers, views });
  const record = recorderOf(provider.getMeter('m').createHistogram('h', { unit: 's' }));
  const rounds = [];
  for (const values of [VALUES, [], VALUES.slice(0, 5)]) {
    for (const [value, index] of values) record(value, ATTRIBUTES[index] ?? {});
    for (const [index, reader] of readers.entries()) {
      await reader.forceFlush();
      const metrics = exporters[index]?.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics) ?? [];
      rounds.push(metrics.flatMap((scope) => scope.metrics).map(withoutTimes));
      exporters[index]?.reset();
    }
  }
  await provider.shutdown();
  return rounds;
}

function withoutTimes({ descriptor, dataPoints, aggregationTemporality }: MetricData): object {
  const points = dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  return { descriptor, aggregationTemporality, points };
}

const withoutPort: ViewOptions = {
  instrumentName: 'h',
  attributesProcessors: [createDenyListAttributesProcessor(['server.port'])],
};
/** A processor that changes and returns the same object each time. */
const reused: Attributes = Object.seal({ model: '' });
const byReusedObject: ViewOptions = {
  instrumentName: 'h',
  attributesProcessors: [
    {
      process: (attributes) => {
        reused['model'] = attributes['gen_ai.request.model'];
        return reused;
      },
    },
  ],
};

describe('exports the same as a plain histogram', () => {
  test.each<[string, readonly Temporality[], ViewOptions[]]>([
    ['delta', ['delta'], []],
    ['cumulative', ['cumulative'], []],
    ['two readers', ['delta', 'cumulative'], []],
    ['a view that drops an attribute', ['delta', 'cumulative'], [withoutPort]],
    ['two views', ['cumulative'], [withoutPort, { instrumentName: 'h', name: 'other' }]],
    ['a processor that reuses its object', ['delta'], [byReusedObject]],
    [
      'exponential buckets',
      ['cumulative'],
      [{ instrumentName: 'h', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    ],
    ['a cardinality limit', ['cumulative'], [{ instrumentName: 'h', aggregationCardinalityLimit: 2 }]],
    ['dropped', ['delta'], [{ instrumentName: 'h', aggregation: { type: AggregationType.DROP } }]],
    ['no reader', [], []],
  ])('%s', async (_name, temporalities, views) => {
    const fixed = new Map(ATTRIBUTES.map((each) => [each, fixedAttributes({ ...each })]));
    const ours = await exported(temporalities, views, (histogram) => {
      // Two histograms on one instrument, like two copies of the package.
      const first = new SeriesHistogram(histogram);
      const second = new SeriesHistogram(histogram);
      let turn = 0;
      return (value, attributes) => {
        turn += 1;
        (turn % 2 === 0 ? first : second).record(value, fixed.get(attributes) ?? {});
      };
    });
    const plain = await exported(temporalities, views, (histogram) => (value, attributes) => {
      histogram.record(value, attributes);
    });
    expect(ours).toEqual(plain);
  });
});

test('the SDK hashes attributes once, not for each record and not after a collection', async () => {
  let reads = 0;
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const histogram = new SeriesHistogram(provider.getMeter('m').createHistogram('h'));
  const attributes = fixedAttributes(
    Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'b';
      },
    }),
  );
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 10; i += 1) histogram.record(1, attributes);
    await provider.forceFlush();
  }
  expect(reads).toBe(1);
  await provider.shutdown();
});
