import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answer.ts';
import { healthPath } from './lists/list-paths.ts';
import { apiPath, getJson } from './request.ts';

/** The health of one part of the collector: `ok`, or the kind of its problem. */
export interface PartHealth {
  readonly state: string;
  readonly message?: string;
  readonly lagBytes?: number;
  readonly bytes?: number;
  readonly limitBytes?: number;
  readonly refusedItems?: number;
  readonly differences?: number;
  /** The port of OTLP/gRPC. */
  readonly port?: number;
}

/** The health of the collector: `status`, and the health of each part. */
export type Health = Readonly<Record<string, PartHealth | string>>;

export function healthQuery() {
  return queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => getJson<Health>(healthPath, signal),
    refetchInterval: 5_000,
  });
}

export function collectorQuery() {
  return queryOptions({
    queryKey: ['collector'],
    queryFn: ({ signal }) => getJson<Answer<'readCollector'>>(apiPath(['collector']), signal),
  });
}

/** Compares all stored sums with the calls. */
export function differencesQuery() {
  return queryOptions({
    queryKey: ['differences'],
    queryFn: ({ signal }) => getJson<Answer<'readDifferences'>>(apiPath(['rollups', 'differences']), signal),
    enabled: false,
    retry: false,
  });
}
