import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useDeferredValue, useState, type ReactElement } from 'react';
import { Avatar } from '../ui/avatar/avatar.tsx';
import { Dialog } from '../ui/overlay/dialog.tsx';
import { reasonOf } from '../ui/page/failure-notice.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { readShared, type SharedSearch } from '../url/page-search.ts';
import { sideBar } from '../url/pages.ts';
import './palette.css';
import { chooseTheme } from './theme.ts';
import type { Answer, RowOf } from '../api/answer.ts';
import { apiPath, getJson } from '../api/request.ts';

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly note?: string;
  readonly icon?: IconName;
  readonly userId?: string;
  readonly act: () => void;
}

/** The command palette: finds users, groups, features, models, threads, calls, pages and actions by a few letters or an id. */
export function Palette(props: {
  readonly onClose: () => void;
  readonly onShortcuts: () => void;
}): ReactElement {
  const { onClose, onShortcuts } = props;
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const shared = useSearch({ strict: false, select: readShared });
  const wanted = useDeferredValue(text.trim());
  const search = useQuery({
    ...searchQuery(wanted),
    placeholderData: keepPreviousData,
    enabled: wanted !== '',
  });
  const fixed: readonly Choice[] = [
    ...sideBar.map(({ to, label, icon, letter }) => ({
      key: to,
      label,
      icon,
      note: `g ${letter}`,
      act: () => void navigate({ to, search: shared }),
    })),
    { key: 'light', label: 'Light theme', icon: 'settings', act: () => chooseTheme('light') },
    { key: 'dark', label: 'Dark theme', icon: 'settings', act: () => chooseTheme('dark') },
    { key: 'system', label: 'System theme', icon: 'settings', act: () => chooseTheme('system') },
    { key: 'shortcuts', label: 'Keyboard shortcuts', icon: 'keyboard', note: '?', act: onShortcuts },
  ];
  const found = wanted === '' ? [] : (search.data?.data ?? []).map((one) => choiceOf(one, navigate, shared));
  const named = fixed.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const choices: readonly Choice[] = [...found, ...named];
  const take = (choice: Choice): void => {
    onClose();
    choice.act();
  };
  const isSearching = wanted !== '' && (search.isFetching || wanted !== text.trim());
  return (
    <Dialog title="Go to" hideTitle className="palette" onClose={onClose}>
      {/* The server finds users, groups, features, models, threads and calls: what it answers is shown in its order. */}
      {/* Without vim’s keys: Ctrl+K is the search’s own, also in the moment in which Escape closes it. */}
      <Command label="Go to" shouldFilter={false} loop vimBindings={false}>
        <Command.Input
          className="palette-input"
          placeholder="Find a user, group, feature, model, thread, trace, call or page"
          aria-label="Find a user, group, feature, model, thread, trace, call or page"
          value={text}
          onValueChange={setText}
        />
        <Command.List className="palette-list" label="Results">
          {choices.map((choice) => (
            <Command.Item
              key={choice.key}
              value={choice.key}
              className="menu-item"
              onSelect={() => take(choice)}
            >
              {choice.userId !== undefined && (
                <Avatar id={choice.userId} name={choice.label} picture={undefined} size={18} />
              )}
              {choice.icon !== undefined && <Icon name={choice.icon} />}
              <span className="truncate" dir="auto">
                {choice.label}
              </span>
              <span className="faint truncate palette-note">{choice.note}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
      <p className={choices.length === 0 ? 'nothing' : 'hidden-visually'} role="status">
        {search.isError
          ? `The search failed. ${reasonOf(search.error)}`
          : isSearching
            ? 'Searching…'
            : choices.length === 0
              ? 'No results.'
              : `${choices.length} found`}
      </p>
    </Dialog>
  );
}

const kinds = {
  user: 'User',
  group: 'Group',
  feature: 'Feature',
  model: 'Model',
  thread: 'Thread',
  call: 'Call',
} as const;

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
        act: () => void navigate({ to: '/group', search: { ...shared, group: undefined, id } }),
      };
    case 'feature':
      return {
        ...base,
        icon: 'features',
        act: () => void navigate({ to: '/feature', search: { ...shared, tag: undefined, id } }),
      };
    case 'model':
      return {
        ...base,
        icon: 'models',
        act: () => void navigate({ to: '/models', search: { ...shared, model: id } }),
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

/** A user, group, feature, model, thread or call found by a text. */
type Found = RowOf<'search'>;

function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => getJson<Answer<'search'>>(apiPath(['search'], { q: text }), signal),
  });
}
