import { createContext, useContext } from 'react';

/** Whether pictures of users may be loaded from wherever they are. Off until the reader says so: loading one tells its server. */
export const ExternalImagesAllowed = createContext(false);

export function useExternalImagesAllowed(): boolean {
  return useContext(ExternalImagesAllowed);
}
