import { useState } from 'react';

import type { InitOptions } from '../options.ts';
import { init } from '../page.ts';
import type { Userspan } from '../userspan.ts';

/**
 * Sets up the page and returns its `Userspan`. For the root component; options are read only once.
 *
 * Runs in the first render and not in an effect, because effects of children run earlier and their calls would be lost.
 */
export function useUserspan(options: InitOptions): Userspan {
  const [userspan] = useState(() => init(options));
  return userspan;
}
