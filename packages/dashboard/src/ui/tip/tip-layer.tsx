import { useEffect, useRef, type ReactElement } from 'react';
import './tip-layer.css';
import { TipTimes } from './tip-times.ts';

const id = 'tip';
const gapPx = 6;
const edgePx = 8;

/**
 * The only tooltip of the page. Shows the `data-tip` of the element under the pointer or with the focus.
 *
 * A component per tooltip, such as Radix's, would mount state and listeners for hundreds of cells while scrolling.
 */
export function TipLayer(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current === null ? undefined : watchTips(box.current)), []);
  // A popover is also above dialogs.
  return <div ref={box} id={id} className="tip-box" role="tooltip" popover="manual" />;
}

/** Adds the listeners to the page, and returns a function that removes them. */
function watchTips(box: HTMLElement): () => void {
  let shown: HTMLElement | undefined;
  const hide = (): void => {
    if (shown === undefined) return;
    shown.removeAttribute('aria-describedby');
    shown = undefined;
    box.hidePopover();
  };
  const show = (target: HTMLElement): void => {
    const text = target.dataset['tip'] ?? '';
    if (text === '' || !target.isConnected) return;
    hide();
    shown = target;
    box.textContent = text;
    // A tooltip that equals the accessible name should not be announced twice.
    if (target.getAttribute('aria-label') !== text) target.setAttribute('aria-describedby', id);
    box.showPopover();
    place(box, target.getBoundingClientRect());
  };
  const times = new TipTimes(show, hide);
  const stop = new AbortController();
  const on = <Name extends keyof DocumentEventMap>(
    name: Name,
    act: (event: DocumentEventMap[Name]) => void,
    capture = false,
  ): void => document.addEventListener(name, act, { signal: stop.signal, passive: true, capture });
  on('pointermove', (event) => {
    if (isInside(event.target, box)) times.stay();
    else if (event.pointerType !== 'touch') times.rest(tipUnder(event));
  });
  on('pointerout', ({ relatedTarget }) => {
    if (relatedTarget === null) times.leave();
  });
  on('pointerdown', () => times.leave());
  on('focusin', ({ target }) => {
    const tip = target instanceof HTMLElement && target.dataset['tip'] !== undefined ? target : undefined;
    if (tip !== undefined && (tip.matches(':focus-visible') || tip.matches('.tip'))) times.now(tip);
  });
  on('focusout', () => times.leave());
  on(
    'scroll',
    () => {
      // Focusing an element outside the window scrolls the page, and the tooltip moves along.
      if (shown !== undefined && shown === document.activeElement && isInWindow(shown)) {
        place(box, shown.getBoundingClientRect());
      } else {
        times.leave();
      }
    },
    true,
  );
  on(
    'keydown',
    ({ key }) => {
      if (key === 'Escape') times.leave();
    },
    true,
  );
  return () => {
    stop.abort();
    times.leave();
  };
}

function isInWindow(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

function isInside(target: EventTarget | null, element: HTMLElement): boolean {
  return target instanceof Node && element.contains(target);
}

/** Finds the element with a tooltip under the pointer. The link of a row covers elements that also have tooltips. */
function tipUnder({ target, clientX, clientY }: PointerEvent): HTMLElement | undefined {
  if (!(target instanceof Element)) return undefined;
  const own = target.closest<HTMLElement>('[data-tip]');
  if (own !== null || !target.matches('.row-link')) return own ?? undefined;
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    if (element instanceof HTMLElement && element.dataset['tip'] !== undefined) return element;
    if (element.matches('[role=row]')) return undefined;
  }
  return undefined;
}

/** Places the tooltip below its element, or above it if there is no room, and always inside the window. */
function place(box: HTMLElement, about: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const below = about.bottom + gapPx;
  const top = below + height > window.innerHeight - edgePx ? about.top - gapPx - height : below;
  const left = about.left + (about.width - width) / 2;
  box.style.top = `${Math.max(edgePx, top)}px`;
  box.style.left = `${Math.max(edgePx, Math.min(left, window.innerWidth - width - edgePx))}px`;
}
