/**
 * `node --import @userspan/node/auto app.mjs` calls `register()` with all options from the environment. Also works for
 * CommonJS.
 *
 * A mistake in the environment is printed and does not prevent the app from starting.
 */
import { messageOf } from './environment.ts';
import { currentRegistration, register } from './set-up/register.ts';

try {
  register();
} catch (error) {
  console.warn(messageOf(error));
}

/** `flush()` of the registration of this process. */
export function flush(): Promise<void> {
  return currentRegistration().flush();
}

/** `shutdown()` of the registration of this process. */
export function shutdown(): Promise<void> {
  return currentRegistration().shutdown();
}
