// Runs installations that need a registry. If the registry or the network fails, tries once more, and then reports that.
import { spawn } from 'node:child_process';
import { root } from './steps.mjs';

/** Messages of npm, pnpm, pip and uv if a registry cannot be reached, does not answer in time, or answers with 429 or 5xx. */
const FAULT = new RegExp(
  [
    'ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|UND_ERR_',
    'ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_FETCH_(?:429|5\\d\\d)|socket hang up|network (?:timeout|socket disconnected)|premature close',
    'code E(?:429|5\\d\\d)\\b|\\b(?:429 Too Many Requests|50[0-4] (?:Server Error|Internal Server Error|Bad Gateway|Service|Gateway))',
    'ReadTimeoutError|NewConnectionError|ConnectTimeoutError|ProtocolError|Temporary failure in name resolution',
    'error sending request for url|operation timed out|dns error|Connection (?:reset|refused|timed out)',
  ].join('|'),
  'i',
);
const MAX_SHOWN_CHARACTERS = 3000;

/** The error of an installation that failed twice because of a registry or the network. */
export class NetworkFault extends Error {}

/**
 * Runs an installation, and repeats it once if a registry or the network failed. Prints its output if it fails.
 *
 * @throws NetworkFault if the second one fails for such a reason too; for other failures, an error with the end of the output.
 */
export async function runOnline(command, args, options = {}) {
  const name = `${command} ${args.join(' ')}`.slice(0, 200);
  const first = await captured(command, args, options);
  if (first.code === 0) return;
  if (!isNetworkFault(first.output)) throw new Error(failureOf(name, first));
  console.log(`  ${name}: ${faultOf(first.output)}; once more`);
  const second = await captured(command, args, options);
  if (second.code === 0) return;
  if (isNetworkFault(second.output)) throw new NetworkFault(`${name}: ${faultOf(second.output)}`);
  throw new Error(failureOf(name, second));
}

/** Whether an installation failed because of the registry or the network, according to its output. */
export function isNetworkFault(output) {
  return faultOf(output) !== undefined;
}

/** The line that says so. One that a tool tries again by itself did not end the install. */
function faultOf(output) {
  return output
    .split('\n')
    .find((line) => FAULT.test(line) && !/will retry/i.test(line))
    ?.trim()
    .slice(0, 300);
}

function failureOf(name, { code, output }) {
  return `${name} ended with ${code}:\n${output.trim().slice(-MAX_SHOWN_CHARACTERS)}`;
}

function captured(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: error.code, output: error.message }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
