import { useState } from 'react';

import type { InitOptions } from '../options.ts';
import { init } from '../page.ts';
import type { Userspan } from '../userspan.ts';

/**
 * Sets the page up and returns its `Userspan`. For the root component; options are read the first time only.
 *
 * In the first render and not in an effect: effects of children run first, and what they say would be lost.
 */
export function useUserspan(options: InitOptions): Userspan {
  const [userspan] = useState(() => init(options));
  return userspan;
}
