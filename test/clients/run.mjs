// Runs the tests of this folder with every client, and those of other vendors' backends. Needs python3, PyPI and npm; about five minutes.
import { run } from '../steps.mjs';
import { installClients, TESTS } from './install.mjs';

const clients = await installClients();
for (const reason of clients.absent) console.error(`left out: ${reason}`);
try {
  await run('npx', ['vitest', 'run', ...TESTS], { env: { ...process.env, ...clients.env } });
} finally {
  clients.remove();
}
if (clients.absent.length > 0) process.exitCode = 1;
