import { createContext, useContext } from 'react';

/** The element that scrolls: long lists need it to know what is seen. */
export const MainScroll = createContext<HTMLElement | null>(null);

export function useMainScroll(): HTMLElement | null {
  return useContext(MainScroll);
}
