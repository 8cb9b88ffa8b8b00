import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState, type KeyboardEvent, type ReactElement } from 'react';
import { searchQuery, type Found } from '../api/search.ts';
import { Avatar } from '../ui/avatar/avatar.tsx';
import { Dialog } from '../ui/overlay/dialog.tsx';
import { reasonOf } from '../ui/failure-notice.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { readShared, type SharedSearch } from '../url/page-search.ts';
import { pages } from './navigation.ts';
import './palette.css';
import { chooseTheme } from './theme.ts';

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly note?: string;
  readonly icon?: IconName;
  readonly userId?: string;
  readonly act: () => void;
}

/** Goes anywhere and does anything by a few letters or an id: users, groups, threads, calls, pages, actions. */
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
  const search = useQuery({
    ...searchQuery(wanted),
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
  const found = wanted === '' ? [] : (search.data?.data ?? []).map((one) => choiceOf(one, navigate, shared));
  const named = fixed.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const choices: readonly Choice[] = [...found, ...named];
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
  const isSearching = wanted !== '' && (search.isFetching || wanted !== text.trim());
  return (
    <Dialog title="Go to" hideTitle className="palette" onClose={onClose}>
      <input
        className="palette-input"
        placeholder="Find a user, group, thread, trace, call or page"
        aria-label="Find a user, group, thread, trace, call or page"
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
            {choice.userId !== undefined && (
              <Avatar id={choice.userId} name={choice.label} picture={undefined} size={18} />
            )}
            {choice.icon !== undefined && <Icon name={choice.icon} />}
            <span className="truncate" dir="auto">
              {choice.label}
            </span>
            <span className="faint truncate palette-note">{choice.note}</span>
          </div>
        ))}
      </div>
      <p className={choices.length === 0 ? 'nothing' : 'hidden-visually'} role="status">
        {search.isError
          ? `The search failed. ${reasonOf(search.error)}`
          : isSearching
            ? 'Searching…'
            : choices.length === 0
              ? 'Nothing was found.'
              : `${choices.length} found`}
      </p>
    </Dialog>
  );
}

const kinds = { user: 'User', group: 'Group', thread: 'Thread', call: 'Call' } as const;

function choiceOf(found: Found, navigate: ReturnType<typeof useNavigate>, shared: SharedSearch): Choice {
  const { kind, id, name, note, traceId, spanId } = found;
  const base = {
    key: `${kind} ${id}`,
    label: name ?? id,
    note: `${kinds[kind]}${note === null ? '' : ` · ${note}`}`,
  };
  switch (kind) {
    case 'user':
      return { ...base, userId: id, act: () => void navigate({ to: '/user', search: { ...shared, id } }) };
    case 'group':
      return {
        ...base,
        icon: 'groups',
        act: () => void navigate({ to: '/', search: { ...shared, group: [id] } }),
      };
    case 'thread':
      return {
        ...base,
        icon: 'threads',
        act: () => void navigate({ to: '/thread', search: { ...shared, id } }),
      };
    default:
      return {
        ...base,
        icon: 'models',
        act: () =>
          void navigate({ to: '/call', search: { ...shared, trace: traceId ?? '', span: spanId ?? '' } }),
      };
  }
}
