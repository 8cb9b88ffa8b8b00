import { createContext, useContext, useEffect, useState, type ReactElement, type ReactNode } from 'react';

const NowContext = createContext(0);

/** One timer for the page updates all texts such as "3 min ago". */
export function NowProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The current time in milliseconds, updated every ten seconds. */
export function useNow(): number {
  return useContext(NowContext);
}
