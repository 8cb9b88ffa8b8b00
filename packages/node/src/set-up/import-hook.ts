import nodeModule from 'node:module';
import nodePath from 'node:path';
import nodeUrl from 'node:url';
import { diag } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';

type Instrumented = Instrumentation & { getModuleDefinitions?: () => readonly { readonly name: string }[] };

/**
 * Lets the app's own instrumentations patch their modules when these are loaded with `import`.
 *
 * It uses import-in-the-middle, to which those instrumentations listen, with a separate list of modules. The usual
 * `@opentelemetry/instrumentation/hook.mjs` has one list per process, which a second set-up would replace.
 * `OpenAIInstrumentation` does not need this, because it has its own hook.
 */
export function installImportHook(instrumentations: readonly Instrumented[]): void {
  const include = instrumentations
    .flatMap((instrumentation) => instrumentation.getModuleDefinitions?.() ?? [])
    .map(({ name }) => name);
  if (include.length === 0 || typeof nodeModule.register !== 'function') return;
  try {
    nodeModule.register(hookUrl(include));
  } catch (error) {
    diag.warn(
      'userspan: modules that are loaded with import are out of reach of your instrumentations, as in a bundle',
      error,
    );
  }
}

function hookUrl(include: readonly string[]): string {
  const ofInstrumentation = nodeModule
    .createRequire(import.meta.url)
    .resolve('@opentelemetry/instrumentation');
  const folder = nodePath.dirname(
    nodeModule.createRequire(ofInstrumentation).resolve('import-in-the-middle'),
  );
  const createHook = JSON.stringify(nodeUrl.pathToFileURL(nodePath.join(folder, 'create-hook.mjs')).href);
  const names = JSON.stringify([
    ...include,
    ...include.filter((name) => nodeModule.builtinModules.includes(name)).map((name) => `node:${name}`),
  ]);
  const text = `import { createHook } from ${createHook};
    const hook = createHook({ url: ${createHook} });
    hook.applyOptions({ include: ${names} });
    export const { load, resolve } = hook;`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}
