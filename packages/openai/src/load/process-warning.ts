import { emitWarning } from 'node:process';

import { diag } from '@opentelemetry/api';

const emitted = new Set<string>();

/** Emits a process warning, which Node prints on stderr whether or not `diag` has a logger. Once per code. */
export function processWarning(code: string, message: string): void {
  if (emitted.has(code)) return;
  emitted.add(code);
  diag.debug(`@userspan/openai: ${message}`);
  emitWarning(`@userspan/openai: ${message}`, { code });
}
