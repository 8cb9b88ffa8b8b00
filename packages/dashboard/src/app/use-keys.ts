import { useEffect, useRef } from 'react';
import { takeEarlySearch } from '../early-keys.ts';

/** Actions by key. `mod+k` is Ctrl or ⌘ with k, `g u` is g followed by u. */
export type KeyActions = Readonly<Record<string, (() => void) | undefined>>;

/** Maximum time between the two keys of a sequence. */
const pairMs = 1000;

/**
 * Handles keyboard shortcuts on the whole page, except while typing and while a dialog or menu is open. `mod+` keys
 * work everywhere.
 */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let before = { key: '', at: 0 };
    const onKeyDown = (event: KeyboardEvent): void => {
      const mod = event.ctrlKey || event.metaKey;
      const name = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      const pair = `${before.key} ${name}`;
      const isPair = !mod && event.timeStamp - before.at < pairMs && Object.hasOwn(latest.current, pair);
      before = { key: name, at: event.timeStamp };
      const action = isPair
        ? latest.current[pair]
        : Object.hasOwn(latest.current, name)
          ? latest.current[name]
          : undefined;
      if (action === undefined || event.defaultPrevented || event.altKey) return;
      if (!mod && (isTyping(event.target) || isCovered(event.target))) return;
      if ((name === 'Enter' || name === ' ') && isControl(event.target)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    const search = latest.current['mod+k'];
    if (search !== undefined && takeEarlySearch()) search();
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select');
}

/** Whether the element is a control, which handles Enter and Space itself. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('a, button, summary, [role=slider], [role=menuitem]');
}

function isCovered(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  return target instanceof Element && target.closest('[role=menu], .popover') !== null;
}
