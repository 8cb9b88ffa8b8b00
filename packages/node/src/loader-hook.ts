import * as nodeModule from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';

type Instrumented = Instrumentation & { getModuleDefinitions?: () => readonly { readonly name: string }[] };

/** Files of openai 4 that export variables which change later: through the hook they would not, and it throws. */
const NEVER_HOOKED = [/[\\/]openai[\\/]_shims[\\/]/];

const installed: unique symbol = Symbol.for('userspan.loader-hook') as never;

/**
 * Lets instrumentations see modules that are loaded with `import`: CommonJS needs nothing, ESM a loader hook.
 *
 * Only the modules that the instrumentations name pass through the hook; where one does not say, all do,
 * which is what OpenTelemetry's own hook does. Installed once per process.
 */
export function installLoaderHook(instrumentations: readonly Instrumentation[]): void {
  const scope = globalThis as { [installed]?: boolean };
  if (scope[installed] === true || typeof nodeModule.register !== 'function') return;
  scope[installed] = true;
  const include = moduleNames(instrumentations);
  nodeModule.register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, {
    data: include === undefined ? { exclude: NEVER_HOOKED } : { include },
  });
}

function moduleNames(instrumentations: readonly Instrumented[]): string[] | undefined {
  const names: string[] = [];
  for (const instrumentation of instrumentations) {
    const definitions = instrumentation.getModuleDefinitions?.();
    if (definitions === undefined || definitions.length === 0) return undefined;
    for (const definition of definitions) names.push(definition.name);
  }
  return names;
}
