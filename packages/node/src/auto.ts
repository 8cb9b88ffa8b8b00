/**
 * `node --import @userspan/node/auto app.mjs`, for CommonJS too: `register()` with everything from the environment.
 *
 * A mistake in the environment is printed and leaves the app as it is: nothing may keep it from starting.
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
