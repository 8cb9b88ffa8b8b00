import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Page } from '../api/figures.ts';
import { apiPath, getJson } from '../api/request.ts';
import type { UserRow } from '../api/users.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { readShared } from '../url/page-search.ts';
import { pages } from './navigation.ts';
import './palette.css';
import { chooseTheme } from './theme.ts';

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly note?: string;
  readonly icon?: IconName;
  readonly user?: UserRow;
  readonly act: () => void;
}

/** Goes anywhere and does anything by a few letters: users, pages, actions. */
export function Palette(props: {
  readonly onClose: () => void;
  readonly onShortcuts: () => void;
}): ReactElement {
  const { onClose, onShortcuts } = props;
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const shared = useSearch({ strict: false, select: readShared });
  const wanted = useDeferredValue(text.trim());
  const users = useQuery({
    queryKey: ['palette', wanted],
    queryFn: ({ signal }) => getJson<Page<UserRow>>(apiPath(['users'], { q: wanted, limit: 8 }), signal),
    placeholderData: keepPreviousData,
    enabled: wanted !== '',
  });
  const fixed: readonly Choice[] = [
    ...pages.map(({ to, label, icon, letter }) => ({
      key: to,
      label,
      icon,
      note: `g ${letter}`,
      act: () => void navigate({ to, search: shared }),
    })),
    { key: 'light', label: 'Light theme', icon: 'settings', act: () => chooseTheme('light') },
    { key: 'dark', label: 'Dark theme', icon: 'settings', act: () => chooseTheme('dark') },
    { key: 'system', label: 'Theme of the system', icon: 'settings', act: () => chooseTheme('system') },
    { key: 'shortcuts', label: 'Keyboard shortcuts', icon: 'keyboard', note: '?', act: onShortcuts },
  ];
  const found = (users.data?.data ?? []).map((user) => ({
    key: `user ${user.id}`,
    label: user.name ?? user.id,
    note: user.email ?? user.id,
    user,
    act: () => void navigate({ to: '/user', search: { ...shared, id: user.id } }),
  }));
  const named = fixed.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const choices: readonly Choice[] = text.trim() === '' ? [...named, ...found] : [...found, ...named];
  const current = Math.min(at, choices.length - 1);
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    choice.act();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setAt((current + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter') take(choices[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" hideTitle className="palette" onClose={onClose}>
      <input
        className="palette-input"
        placeholder="Find a user, a page, an action"
        aria-label="Find a user, a page, an action"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={choices[current] === undefined ? undefined : `choice-${current}`}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-list" className="palette-list" role="listbox" aria-label="What was found">
        {choices.map((choice, index) => (
          <div
            key={choice.key}
            id={`choice-${index}`}
            role="option"
            aria-selected={index === current}
            className="menu-item"
            ref={index === current ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => take(choice)}
          >
            {choice.user !== undefined && (
              <Avatar
                id={choice.user.id}
                name={choice.user.name ?? undefined}
                picture={choice.user.avatar ?? undefined}
                size={18}
              />
            )}
            {choice.icon !== undefined && <Icon name={choice.icon} />}
            <span className="truncate">{choice.label}</span>
            <span className="faint truncate palette-note">{choice.note}</span>
          </div>
        ))}
      </div>
      {choices.length === 0 && <p className="nothing">Nothing by that name.</p>}
    </Dialog>
  );
}
