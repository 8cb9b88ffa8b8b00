/**
 * `node --import @userspan/node/auto app.mjs` (or `--require` for CommonJS): `register()` with everything from the environment.
 *
 * A mistake in the environment is said on the console and leaves the app as it is: nothing may keep it from starting.
 */
import { register } from './register.ts';

try {
  register();
} catch (error) {
  console.warn(error instanceof Error ? error.message : error);
}
