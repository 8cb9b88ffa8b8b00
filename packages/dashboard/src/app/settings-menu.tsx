import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { signOut } from '../api/session.ts';
import { usd, type Currency } from '../format/money.ts';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay/popover.tsx';
import { Segments } from '../ui/form/segments.tsx';
import { readCurrency, writeCurrency } from '../url/currency-setting.ts';
import { chooseTheme, readTheme, writeSetting } from './theme.ts';

/** The menu with theme, currency, pictures and sign-out. */
export function SettingsMenu(props: {
  readonly currency: Currency;
  readonly pictures: boolean;
  readonly onPictures: (fromAnywhere: boolean) => void;
  readonly canSignOut: boolean;
}): ReactElement {
  const [theme, setTheme] = useState(readTheme);
  return (
    <Popover
      label="Settings"
      trigger={
        <button type="button" className="button quiet icon-only" aria-label="Settings" data-tip="Settings">
          <Icon name="settings" />
        </button>
      }
    >
      <div className="stack">
        <div className="field">
          <span className="label">Theme</span>
          <Segments
            label="Theme"
            value={theme}
            choices={[
              { key: 'light', label: 'Light' },
              { key: 'dark', label: 'Dark' },
              { key: 'system', label: 'System' },
            ]}
            onChange={(next) => {
              chooseTheme(next);
              setTheme(next);
            }}
          />
        </div>
        <CurrencyForm currency={props.currency} />
        <label className="check-line">
          <input
            type="checkbox"
            checked={props.pictures}
            onChange={(event) => props.onPictures(event.target.checked)}
          />
          <span>
            Load users’ avatars
            <span className="faint"> The servers that host them receive your requests.</span>
          </span>
        </label>
        {props.canSignOut && (
          <button
            type="button"
            className="button"
            onClick={() => void signOut().then(() => window.location.assign('/'))}
          >
            <Icon name="leave" />
            Sign out
          </button>
        )}
      </div>
    </Popover>
  );
}

function CurrencyForm({ currency }: { readonly currency: Currency }): ReactElement {
  const navigate = useNavigate();
  const [code, setCode] = useState(currency.code);
  const [rate, setRate] = useState(String(currency.rate));
  const next = code === usd.code ? usd : readCurrency(`${code}@${rate}`);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (next === undefined) return;
    const text = writeCurrency(next);
    writeSetting('userspan.currency', text);
    void navigate({ to: '.', search: (search) => ({ ...search, currency: text }), replace: true });
  };
  return (
    <form className="field" onSubmit={save}>
      <span className="label">Currency</span>
      <div className="row">
        <input
          className="input"
          aria-label="Currency code"
          value={code}
          maxLength={3}
          onChange={(event) => setCode(event.target.value.toUpperCase())}
        />
        <input
          className="input number"
          aria-label="Units per US dollar"
          inputMode="decimal"
          value={code === usd.code ? '1' : rate}
          disabled={code === usd.code}
          onChange={(event) => setRate(event.target.value)}
        />
        <button type="submit" className="button" disabled={next === undefined}>
          Set
        </button>
      </div>
      <p className="faint">
        {code === usd.code
          ? 'Costs are counted in US dollars.'
          : `1 US dollar = ${rate || '…'} ${code || '…'}, at your rate.`}
      </p>
    </form>
  );
}
