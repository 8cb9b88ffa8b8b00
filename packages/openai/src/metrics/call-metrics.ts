import type { Meter } from '@opentelemetry/api';
import { createNoopMeter } from '@opentelemetry/api';

import type { CallSeries } from './call-series.ts';
import { SeriesHistogram } from './series-histogram.ts';

// Bucket boundaries of the GenAI conventions.
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** The client metrics of the GenAI conventions. */
export class CallMetrics {
  /** Whether a meter provider collects metrics. Without one, nothing is measured. */
  readonly isCollected: boolean;
  readonly #duration: SeriesHistogram;
  readonly #tokens: SeriesHistogram;
  readonly #firstChunk: SeriesHistogram;

  constructor(meter: Meter) {
    const duration = meter.createHistogram('gen_ai.client.operation.duration', {
      description: 'Duration of GenAI calls.',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    });
    const tokens = meter.createHistogram('gen_ai.client.token.usage', {
      description: 'Tokens of GenAI calls.',
      unit: '{token}',
      advice: { explicitBucketBoundaries: TOKENS },
    });
    const firstChunk = meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
      description: 'Time until the first chunk of a streamed GenAI call.',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.isCollected = duration.constructor !== createNoopMeter().createHistogram('noop').constructor;
    this.#duration = new SeriesHistogram(duration);
    this.#tokens = new SeriesHistogram(tokens);
    this.#firstChunk = new SeriesHistogram(firstChunk);
  }

  /** Records one call. A line of a batch job has no duration. */
  record(
    series: CallSeries,
    durationSeconds: number | undefined,
    firstChunkSeconds: number | undefined,
    inputTokens: number | undefined,
    outputTokens: number | undefined,
  ): void {
    if (durationSeconds !== undefined) this.#duration.record(durationSeconds, series.call);
    if (inputTokens !== undefined) this.#tokens.record(inputTokens, series.input);
    if (outputTokens !== undefined) this.#tokens.record(outputTokens, series.output);
    if (firstChunkSeconds !== undefined) this.#firstChunk.record(firstChunkSeconds, series.call);
  }
}
