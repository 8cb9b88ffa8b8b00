import { createContext, useContext } from 'react';

/** The scrolling element of the page, from which long lists determine their visible rows. */
export const MainScroll = createContext<HTMLElement | null>(null);

export function useMainScroll(): HTMLElement | null {
  return useContext(MainScroll);
}
