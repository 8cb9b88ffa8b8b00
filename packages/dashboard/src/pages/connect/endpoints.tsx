import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { healthQuery } from '../../api/collector.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { grpcAddressOf, otlpAddress } from './addresses.ts';

/** Lists the addresses that receive spans. */
export function Endpoints(): ReactElement {
  const grpc = useGrpcAddress();
  return (
    <dl className="endpoints">
      <div>
        <dt>OTLP/HTTP, protobuf or JSON</dt>
        <dd>
          <CodeBlock text={otlpAddress()} label="OTLP/HTTP endpoint" />
        </dd>
      </div>
      {grpc !== null && (
        <div>
          <dt>OTLP/gRPC</dt>
          <dd>
            <CodeBlock text={grpc} label="OTLP/gRPC endpoint" />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** The address of OTLP/gRPC; null if it is not known or not offered. */
export function useGrpcAddress(): string | null {
  const { data } = useQuery({ ...healthQuery(), refetchInterval: false });
  return data === undefined ? null : grpcAddressOf(data);
}
