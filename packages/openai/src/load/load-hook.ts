/**
 * Finds the `OpenAI` class of every copy of the `openai` package when it is loaded: by name, alias (`npm:openai@7`),
 * subpath (`openai/azure`) or path, with `import` or `require`.
 *
 * Appends one statement to the file that declares the class, which passes the class to us. Nothing else is loaded,
 * wrapped or replaced, so the hook is independent of import-in-the-middle and works before or after it and any other
 * hook. It uses Node's own hooks: `registerHooks` in this thread (also in Deno), `register` if that is missing, and
 * `Module.prototype._compile` for CommonJS. In Bun it uses plugins, which support ES modules only.
 */
import { readFileSync } from 'node:fs';
// No named imports such as `createRequire` or `fileURLToPath`: if a bundle's banner has the same ones, the bundler does
// not see them and declares them twice.
import nodeModule from 'node:module';
import nodePath from 'node:path';
import { versions } from 'node:process';

import { diag } from '@opentelemetry/api';

import { SOCKET_CLASSES } from '../endpoints/socket-classes.ts';
import { bindQueue } from './bind-queue.ts';

/**
 * In Bun a plugin replaces the loading of whole files, so it is limited to paths that contain "openai", as most aliases
 * do.
 */
const BUN_FILE = /openai[^\\/]*[\\/](?:index|client)\.mjs$|[\\/]p-queue[\\/]dist[\\/]index\.js$/;
const HAND_OVER = 'userspan.openai.load.1';
const QUEUE_HAND_OVER = 'userspan.p-queue.load.1';

/** A class that is passed to us when its file is loaded. */
interface Target {
  /** Matches the path or URL of the file. */
  readonly file: RegExp;
  readonly className: string;
  /** `Symbol.for` key of the global function that receives the class. */
  readonly key: string;
}

const OPENAI: Target = {
  // openai 4 declares its class in `index`, 5 and later in `client`.
  file: /[\\/](?:index|client)\.m?js$/,
  className: 'OpenAI',
  key: HAND_OVER,
};
const SOCKET_FILE = /[\\/](?:ws|websocket)\.m?js$/;
const SOCKETS: readonly Target[] = SOCKET_CLASSES.map(({ name }) => ({
  file: SOCKET_FILE,
  className: name,
  key: HAND_OVER,
}));
const TARGETS: readonly Target[] = [
  OPENAI,
  ...SOCKETS,
  // LangChain calls `openai` through this queue.
  { file: /[\\/]p-queue[\\/]dist[\\/]index\.js$/, className: 'PQueue', key: QUEUE_HAND_OVER },
];

/** The `OpenAI` class of one copy of the `openai` package. */
export interface LoadedClass {
  readonly OpenAI: object;
  /** Version in its package.json; empty if there is none. */
  readonly version: string;
}

type Listener = (loaded: LoadedClass) => void;

interface HookState {
  (OpenAI: object, location: string): void;
  readonly classes: Map<object, LoadedClass>;
  readonly listeners: Set<Listener>;
}

/** The parts of `node:module` that some runtimes and test runners do not have. */
interface ModuleInternals {
  readonly _cache?: Readonly<Record<string, { readonly exports: unknown } | undefined>>;
  readonly prototype?: { _compile?: Compile };
  readonly register?: (url: string) => void;
  readonly registerHooks?: (hooks: { load: SyncLoad }) => unknown;
}

interface BunRuntime {
  plugin(plugin: {
    readonly name: string;
    setup(build: {
      onLoad(
        options: { readonly filter: RegExp },
        load: (file: { readonly path: string }) => { readonly contents: string; readonly loader: 'js' },
      ): void;
    }): void;
  }): void;
}

type Compile = (this: unknown, content: unknown, filename: unknown, ...rest: unknown[]) => unknown;
type SyncLoad = (url: string, context: unknown, next: NextLoad) => LoadResult;
type NextLoad = (url: string, context: unknown) => LoadResult;
interface LoadResult {
  readonly format?: string | null;
  readonly source?: unknown;
}

/**
 * Calls `listener` for each `OpenAI` class that this process has already loaded with `require`, and then for each that
 * it loads.
 *
 * The hook itself is installed once per process, shared by all copies of this package, and never removed.
 *
 * @returns a function that stops the calls.
 */
export function onOpenAIClass(listener: Listener): () => void {
  const state = hookState();
  for (const loaded of state.classes.values()) listener(loaded);
  state.listeners.add(listener);
  return () => {
    state.listeners.delete(listener);
  };
}

function hookState(): HookState {
  const scope = globalThis as Record<symbol, HookState | undefined>;
  const key = Symbol.for(HAND_OVER);
  const existing = scope[key];
  if (existing !== undefined) return existing;
  const classes = new Map<object, LoadedClass>();
  const listeners = new Set<Listener>();
  const state = Object.assign(
    (OpenAI: object, location: string): void => {
      try {
        if (classes.has(OpenAI)) return;
        const version = openaiVersionAt(location);
        if (version === undefined) return;
        const loaded = { OpenAI, version };
        classes.set(OpenAI, loaded);
        for (const listener of listeners) listener(loaded);
      } catch (error) {
        diag.warn('@userspan/openai: a copy of openai could not be instrumented', error);
      }
    },
    { classes, listeners },
  );
  scope[key] = state;
  const queues = globalThis as Record<symbol, ((PQueue: unknown) => void) | undefined>;
  queues[Symbol.for(QUEUE_HAND_OVER)] = (PQueue) => bindQueue(PQueue, () => listeners.size > 0);
  install(state);
  return state;
}

function install(state: HookState): void {
  const internals = nodeModule as unknown as ModuleInternals;
  try {
    hookCommonJS(internals);
    handOverCached(internals, state);
    const { Bun } = globalThis as { readonly Bun?: BunRuntime };
    if (Bun !== undefined) hookBun(Bun);
    else if (internals.registerHooks !== undefined && canHookInThread(versions.node)) {
      internals.registerHooks({ load: loadInThread });
    } else {
      internals.register?.(asyncHookUrl());
    }
  } catch (error) {
    // Happens in the thread of loader hooks, and in runtimes that have these functions without implementing them.
    diag.debug('@userspan/openai: the load hook could not be installed', error);
  }
}

/**
 * Whether `registerHooks` works with CommonJS. Before 22.22.3 and 24.11.1 it throws because the source of modules that
 * are required below an imported one is absent (nodejs/node#59929).
 */
function canHookInThread(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 3);
  if (major === 24) return minor > 11 || (minor === 11 && patch >= 1);
  return major === 25 ? minor >= 1 : major > 25;
}

function loadInThread(url: string, context: unknown, next: NextLoad): LoadResult {
  const result = next(url, context);
  // A URL with a query is a module that another hook created from this file, such as import-in-the-middle's.
  if (!isModule(url, result.format) || !TARGETS.some(({ file }) => file.test(url))) return result;
  const source = textOf(result.source);
  const statement = source === undefined ? undefined : statementFor(url, source, 'import.meta.url');
  return statement === undefined ? result : { ...result, source: `${source}${statement}` };
}

/** The statement that passes a file's class to us; undefined if the file declares none of the targets. */
function statementFor(path: string, source: string, location: string): string | undefined {
  const target = TARGETS.find(
    ({ file, className }) => file.test(path) && source.includes(`class ${className}`),
  );
  return target && `${statementStart(target)}${location});`;
}

function statementStart({ className, key }: Target): string {
  return `\n;typeof ${className}==="function"&&globalThis[Symbol.for("${key}")]?.(${className},`;
}

/** Deno passes no format. */
function isModule(url: string, format: string | null | undefined): boolean {
  return format === 'module' || (format === undefined && url.endsWith('.mjs'));
}

function hookBun(bun: BunRuntime): void {
  bun.plugin({
    name: '@userspan/openai',
    setup(build) {
      build.onLoad({ filter: BUN_FILE }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const statement = statementFor(path, source, 'import.meta.url') ?? '';
        return { contents: `${source}${statement}`, loader: 'js' };
      });
    },
  });
}

function textOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return new TextDecoder().decode(source);
  return undefined;
}

/**
 * The same hook as source text for the thread that `register` starts. A `data:` URL also works in a bundle. If an app's
 * file is not found, the stack trace contains the hook, and shows the name in its last line.
 */
function asyncHookUrl(): string {
  const targets = TARGETS.map(
    (target) =>
      `{ file: ${String(target.file)}, declaration: ${JSON.stringify(`class ${target.className}`)}, statement: ${JSON.stringify(`${statementStart(target)}import.meta.url);`)} }`,
  );
  const text = `const targets = [${targets.join(', ')}];
  export async function load(url, context, next) {
    const result = await next(url, context);
    if (result.format !== 'module' || result.source == null || !targets.some(({ file }) => file.test(url))) return result;
    const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
    const target = targets.find(({ file, declaration }) => file.test(url) && source.includes(declaration));
    return target === undefined ? result : { ...result, source: source + target.statement };
  }
  //# sourceURL=userspan-openai-load-hook.mjs`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

function hookCommonJS({ prototype }: ModuleInternals): void {
  const original = prototype?._compile;
  if (prototype === undefined || typeof original !== 'function') return;
  prototype._compile = function _compile(content, filename, ...rest) {
    const statement =
      typeof filename === 'string' && typeof content === 'string'
        ? statementFor(filename, content, 'typeof __filename==="string"?__filename:""')
        : undefined;
    return original.call(
      this,
      statement === undefined ? content : `${content as string}${statement}`,
      filename,
      ...rest,
    );
  };
}

function handOverCached({ _cache = {} }: ModuleInternals, state: HookState): void {
  for (const path of Object.keys(_cache)) {
    for (const { file, className } of [OPENAI, ...SOCKETS]) {
      if (!file.test(path)) continue;
      const exports = _cache[path]?.exports as Readonly<Record<string, unknown>> | undefined;
      const value = exports?.[className];
      if (typeof value === 'function') state(value, path);
    }
  }
}

/** The version of the `openai` package to which a file belongs; undefined for other packages. */
function openaiVersionAt(location: string): string | undefined {
  // WebSocket classes are several folders deep.
  for (let depth = 0; depth < 5; depth += 1) {
    const manifest = manifestAbove(location, depth);
    if (manifest === undefined) continue;
    if (manifest.name !== 'openai') return undefined;
    return typeof manifest.version === 'string' ? manifest.version : '';
  }
  return undefined;
}

/** The package.json `depth` folders above a file, given as URL or path. */
function manifestAbove(location: string, depth: number): { name?: unknown; version?: unknown } | undefined {
  const above = Array.from({ length: depth }, () => '..');
  try {
    const path = location.startsWith('file:')
      ? new URL([...above, 'package.json'].join('/'), location)
      : nodePath.join(nodePath.dirname(location), ...above, 'package.json');
    return JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown; version?: unknown };
  } catch {
    return undefined;
  }
}
