import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import { usd, type Currency } from '../format/money.ts';

const CurrencyContext = createContext<Currency>(usd);

/** Sets the currency of all amounts inside. */
export function CurrencyProvider(props: {
  readonly currency: Currency;
  readonly children: ReactNode;
}): ReactElement {
  return <CurrencyContext value={props.currency}>{props.children}</CurrencyContext>;
}

export function useCurrency(): Currency {
  return useContext(CurrencyContext);
}
