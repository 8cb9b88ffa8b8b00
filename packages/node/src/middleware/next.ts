/** The field of Next.js's configuration that is changed. */
interface NextConfigLike {
  readonly serverExternalPackages?: readonly string[] | undefined;
}

/**
 * Packages that must not be bundled: `openai`, so that it can be recorded, and ours, because their state and loader
 * hook need the original files.
 */
const EXTERNAL = ['openai', '@userspan/core', '@userspan/langchain', '@userspan/node', '@userspan/openai'];

/**
 * Keeps `openai` and Userspan outside of Next.js's server bundle, with Turbopack and with webpack (Next.js 15 and newer).
 *
 * Takes a configuration or a (possibly async) function that returns it, and returns the same kind. Nothing else
 * changes.
 *
 * @example
 * ```ts
 * // next.config.ts
 * export default withUserspan({ reactStrictMode: true });
 * ```
 */
export function withUserspan<Config extends object>(config: Config = {} as Config): Config {
  if (typeof config !== 'function') return withExternals(config) as Config;
  const wrapped = (...args: unknown[]): object => {
    const made = (config as (...args: unknown[]) => object | Promise<object>)(...args);
    return made instanceof Promise ? made.then(withExternals) : withExternals(made);
  };
  return wrapped as Config;
}

function withExternals(config: NextConfigLike): object {
  const own = config.serverExternalPackages ?? [];
  return { ...config, serverExternalPackages: [...new Set([...own, ...EXTERNAL])] };
}
