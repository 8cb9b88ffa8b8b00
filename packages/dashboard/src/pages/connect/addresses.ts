import type { Health } from '../../api/collector.ts';

/** The address of OTLP/HTTP: the host of this page. */
export function otlpAddress(): string {
  return `${window.location.origin}/v1/traces`;
}

/** The address of OTLP/gRPC: the host of this page with the port for gRPC. Null if the collector does not offer gRPC. */
export function grpcAddressOf({ grpc }: Health): string | null {
  if (typeof grpc !== 'object' || grpc.port === undefined) return null;
  const { protocol, hostname } = window.location;
  return `${protocol}//${hostname}:${grpc.port}`;
}
