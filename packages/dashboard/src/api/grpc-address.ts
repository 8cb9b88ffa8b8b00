import { queryOptions } from '@tanstack/react-query';
import { getJson } from './request.ts';

interface Health {
  readonly grpc?: { readonly port?: number };
}

/** Where OTLP/gRPC goes in: at the host of this page, on a port of its own; null where it is off. */
export function grpcAddressQuery() {
  return queryOptions({
    queryKey: ['grpc-address'],
    queryFn: async ({ signal }): Promise<string | null> => {
      const { grpc } = await getJson<Health>('/healthz', signal);
      const { protocol, hostname } = window.location;
      return grpc?.port === undefined ? null : `${protocol}//${hostname}:${grpc.port}`;
    },
  });
}
