import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answer.ts';
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
}

/** The health of the collector: `status`, and the health of each part. */
export type Health = Readonly<Record<string, PartHealth | string>>;

export function healthQuery() {
  return queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => getJson<Health>('/healthz', signal),
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

/** The address of OTLP/gRPC: the host of this page with the port for gRPC. Null if the collector does not offer gRPC. */
export function grpcAddressQuery() {
  return queryOptions({
    queryKey: ['grpc-address'],
    queryFn: async ({ signal }): Promise<string | null> => {
      const { grpc } = await getJson<{ readonly grpc?: { readonly port?: number } }>('/healthz', signal);
      const { protocol, hostname } = window.location;
      return grpc?.port === undefined ? null : `${protocol}//${hostname}:${grpc.port}`;
    },
  });
}
