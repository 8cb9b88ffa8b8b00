import { existsSync } from 'node:fs';
import { missingBuild } from './start-collector.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the browser is; `CHROMIUM_PATH` says another place. */
export const chromiumPath: string | undefined = [process.env['CHROMIUM_PATH'], ...places].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

/** Why pages cannot be looked at here; undefined where they can. Printed, so that no run passes by skipping unnoticed. */
export const cannotLook: string | undefined =
  chromiumPath === undefined
    ? `no chromium at ${places.join(', ')}: apt-get install chromium`
    : missingBuild();

if (cannotLook !== undefined) console.warn(`The pages are not tested: ${cannotLook}`);

/** What keeps Debian's chromium quiet and running inside a container. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
