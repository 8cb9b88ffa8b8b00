// Builds the OpenTelemetry Collector from Go modules with its own builder, once per version, into ~/.cache/userspan.
// Prints the path of the binary. Exits with 3 if Go is not installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const builder = 'go.opentelemetry.io/collector/cmd/builder@v0.165.0';

/** The path of the binary. Its name depends on the sources that it is built from. */
export function otelcolPath() {
  const sources = ['otelcol-builder.yaml', 'go.mod.template'].map((name) =>
    readFileSync(join(here, name), 'utf8'),
  );
  const hash = createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16);
  return join(homedir(), '.cache/userspan', `otelcol-${hash}`, 'otelcol');
}

/** Builds the binary if it does not exist. Returns `undefined` if Go is not installed. */
export function buildOtelcol() {
  const binary = otelcolPath();
  if (existsSync(binary)) return binary;
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  const folder = `${join(binary, '..')}-building`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(here, 'otelcol-builder.yaml'), join(folder, 'builder.yaml'));
  // The builder writes the sources; the modules are resolved by the build, which does not ask for those of others' tests.
  go(folder, 'run', builder, '--config', 'builder.yaml', '--skip-get-modules', '--skip-compilation');
  copyFileSync(join(here, 'go.mod.template'), join(folder, 'go.mod'));
  go(folder, 'build', '-mod=mod', '-trimpath', '-o', 'otelcol', '.');
  rmSync(join(binary, '..'), { recursive: true, force: true });
  renameSync(folder, join(binary, '..'));
  return binary;
}

function go(cwd, ...args) {
  console.error(`  go ${args.join(' ')}`);
  const { status } = spawnSync('go', args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`go ${args[0]} ended with ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = buildOtelcol();
  if (binary === undefined) {
    console.error('No Go on this machine: the interoperability tests will skip. Install Go 1.25 or newer.');
    process.exit(3);
  }
  console.log(binary);
}
