import { existsSync } from 'node:fs';
import { missingBuild } from './start-collector.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of the browser. `CHROMIUM_PATH` overrides it. */
export const chromiumPath: string | undefined = [process.env['CHROMIUM_PATH'], ...places].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

/** The reason why the tests of pages cannot run here, or undefined. It is printed, so that skipped tests are noticed. */
export const cannotLook: string | undefined =
  chromiumPath === undefined
    ? `no chromium at ${places.join(', ')}: apt-get install chromium`
    : missingBuild();

if (cannotLook !== undefined) console.warn(`The pages are not tested: ${cannotLook}`);

/** Flags that Debian's Chromium needs to run in a container without warnings. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
