import { useEffect, useRef } from 'react';
import { takeEarlySearch } from '../early/early-keys.ts';

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
    let before = noPress;
    const onKeyDown = (event: KeyboardEvent): void => {
      const press = pressOf(event);
      const action = actionOf(latest.current, before, press);
      before = press;
      if (action === undefined || isForOthers(event, press)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    const search = latest.current['mod+k'];
    if (search !== undefined && takeEarlySearch()) search();
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A pressed key by the name that {@link KeyActions} uses. */
interface KeyPress {
  readonly key: string;
  /** Whether Ctrl or ⌘ is pressed, too. */
  readonly hasMod: boolean;
  readonly atMs: number;
}

const noPress: KeyPress = { key: '', hasMod: false, atMs: 0 };

function pressOf({ ctrlKey, metaKey, key, timeStamp }: KeyboardEvent): KeyPress {
  const hasMod = ctrlKey || metaKey;
  return { key: hasMod ? `mod+${key.toLowerCase()}` : key, hasMod, atMs: timeStamp };
}

/** The action of the sequence of both keys, or else of the second key. */
function actionOf(actions: KeyActions, first: KeyPress, second: KeyPress): (() => void) | undefined {
  const pair = `${first.key} ${second.key}`;
  const isPair = !second.hasMod && second.atMs - first.atMs < pairMs && Object.hasOwn(actions, pair);
  const name = isPair ? pair : second.key;
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** Whether something else handles the key: the focused element, a dialog, a menu or the browser. */
function isForOthers(
  { defaultPrevented, altKey, target }: KeyboardEvent,
  { key, hasMod }: KeyPress,
): boolean {
  if (defaultPrevented || altKey) return true;
  if (!hasMod && (isTyping(target) || isCovered(target))) return true;
  return (key === 'Enter' || key === ' ') && isControl(target);
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
