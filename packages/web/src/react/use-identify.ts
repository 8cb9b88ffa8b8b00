import type { UserProps } from '@userspan/core';
import { useEffect } from 'react';

import { identify, isIdentified, reset } from '../page.ts';

/**
 * Sets the user of the page. Pass an id, `null` if the visitor is not logged in, or `undefined` (which changes nothing)
 * as long as that is unknown.
 */
export function useIdentify(userId: string | number | null | undefined, props?: UserProps): void {
  // Compares props by content, because callers usually pass a new object in every render.
  const content = props === undefined ? undefined : JSON.stringify(props);
  useEffect(() => {
    if (userId === undefined) return;
    // A visitor who was never identified keeps the anonymous id.
    if (userId !== null)
      identify(userId, content === undefined ? undefined : (JSON.parse(content) as UserProps));
    else if (isIdentified()) reset();
  }, [userId, content]);
}
