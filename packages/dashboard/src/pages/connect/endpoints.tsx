import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { grpcAddressQuery } from '../../api/collector.ts';
import { CodeBlock } from '../../ui/code-block.tsx';

/** Lists the addresses that receive spans. */
export function Endpoints(): ReactElement {
  const grpc = useQuery(grpcAddressQuery());
  return (
    <dl className="endpoints">
      <div>
        <dt>OTLP/HTTP, protobuf or JSON</dt>
        <dd>
          <CodeBlock text={`${window.location.origin}/v1/traces`} label="OTLP/HTTP endpoint" />
        </dd>
      </div>
      {typeof grpc.data === 'string' && (
        <div>
          <dt>OTLP/gRPC</dt>
          <dd>
            <CodeBlock text={grpc.data} label="OTLP/gRPC endpoint" />
          </dd>
        </div>
      )}
    </dl>
  );
}
