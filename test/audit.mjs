// Checks the dependencies of the published packages for known vulnerabilities in the registry's list. Exits with 1 if there
// is a high or critical one, or if the registry returned no list, because then nothing was checked. With `--if-served` a
// missing list is only a warning, for machines whose registry is a mirror without audits.
import { spawn } from 'node:child_process';
import { root } from './steps.mjs';

const WEIGHTY = new Set(['high', 'critical']);
const isOptional = process.argv.includes('--if-served');

const { advisories, reason } = await audit();
if (advisories === undefined) {
  console.error(`  NOT CHECKED for known vulnerabilities: ${reason}`);
  process.exitCode = isOptional ? 0 : 1;
} else {
  for (const { severity, module_name: name, title, url } of advisories) {
    console.error(`  ${severity}: ${name}: ${title} (${url})`);
  }
  console.log(`  ${advisories.length} known vulnerabilities in what ships`);
  process.exitCode = advisories.some(({ severity }) => WEIGHTY.has(severity)) ? 1 : 0;
}

/** Returns the registry's list, or the reason why there is none. */
function audit() {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--yes', 'pnpm@10.34.9', 'audit', '--prod', '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    let text = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.once('error', (error) => resolve({ reason: error.message }));
    child.once('close', (code, signal) => {
      const report = parsed(text);
      if (report?.metadata?.vulnerabilities !== undefined) {
        resolve({ advisories: Object.values(report.advisories ?? {}) });
      } else {
        const said = report?.error?.message ?? errors.trim().split('\n').at(0) ?? '';
        const ending = signal === null ? `pnpm audit ended with ${code}` : 'no answer within 60 s';
        resolve({ reason: said === '' ? ending : said });
      }
    });
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
