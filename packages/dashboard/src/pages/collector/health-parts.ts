import type { Health, PartHealth } from '../../api/collector.ts';

const partNames: Readonly<Record<string, string>> = {
  log: 'Write-ahead log',
  store: 'Store',
  rollups: 'Sums',
  files: 'Files of the store',
  prices: 'Prices',
  grpc: 'OTLP/gRPC',
};

/** The name of a part of the collector. */
export function partName(name: string): string {
  const receiver = /^forward(\d+)$/u.exec(name)?.[1];
  return receiver === undefined ? (partNames[name] ?? name) : `Receiver ${receiver} (--forward)`;
}

/** The parts of the collector with their health. */
export function partsOf(health: Health): readonly (readonly [name: string, part: PartHealth])[] {
  return Object.entries(health).filter(
    (entry): entry is [string, PartHealth] => typeof entry[1] === 'object',
  );
}
