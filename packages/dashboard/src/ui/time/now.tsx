import { createContext, useContext, useEffect, useState, type ReactElement, type ReactNode } from 'react';

const NowContext = createContext(0);

/** One clock for the page: every "3 min ago" moves on together, and no row owns a timer. */
export function NowProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The current time in milliseconds, renewed every ten seconds. */
export function useNow(): number {
  return useContext(NowContext);
}
