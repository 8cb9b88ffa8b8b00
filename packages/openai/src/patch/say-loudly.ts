import { emitWarning } from 'node:process';

import { diag } from '@opentelemetry/api';

const said = new Set<string>();

/** Says a thing once in a process where a person will see it: on stderr, whether or not `diag` has a logger. */
export function sayLoudly(code: string, message: string): void {
  if (said.has(code)) return;
  said.add(code);
  diag.warn(`@userspan/openai: ${message}`);
  emitWarning(`@userspan/openai: ${message}`, { code });
}
