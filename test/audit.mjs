// Known vulnerabilities in what ships, as the registry lists them. Fails for high and critical ones; where the registry
// cannot be reached, says so and passes.
import { spawn } from 'node:child_process';
import { root } from './steps.mjs';

const report = await audit();
const counts = report?.metadata?.vulnerabilities;
if (counts === undefined) {
  console.log('  audit left out: the registry could not be reached');
} else {
  for (const { severity, module_name: name, title, url } of Object.values(report.advisories ?? {})) {
    console.log(`  ${severity}: ${name}: ${title} (${url})`);
  }
  process.exitCode = counts.high + counts.critical > 0 ? 1 : 0;
}

function audit() {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--yes', 'pnpm@10.34.9', 'audit', '--prod', '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('error', () => resolve(undefined));
    child.once('close', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve(undefined);
      }
    });
  });
}
