import { createContext, useContext } from 'react';

/**
 * Whether pictures of users may be loaded from other sites. Off by default, because their servers learn of each
 * request.
 */
export const ExternalImagesAllowed = createContext(false);

export function useExternalImagesAllowed(): boolean {
  return useContext(ExternalImagesAllowed);
}
