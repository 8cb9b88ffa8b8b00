import type { UserProps } from '@userspan/core';
import { useEffect } from 'react';

import { identify, isIdentified, reset } from '../page.ts';

/**
 * Sets the user of the page: an id once it is known, `null` when the visitor is not logged in, `undefined` as long
 * as it is not known yet, which changes nothing.
 */
export function useIdentify(userId: string | number | null | undefined, props?: UserProps): void {
  // Compared by content: callers write the props into the call, a new object at every render.
  const content = props === undefined ? undefined : JSON.stringify(props);
  useEffect(() => {
    if (userId === undefined) return;
    // A visitor who was never known keeps the anonymous id.
    if (userId !== null)
      identify(userId, content === undefined ? undefined : (JSON.parse(content) as UserProps));
    else if (isIdentified()) reset();
  }, [userId, content]);
}
