import { useState, type KeyboardEvent, type PointerEvent } from 'react';

/** Consecutive bars, including both ends. */
export interface BarSelection {
  readonly first: number;
  readonly last: number;
}

interface State {
  readonly at: number;
  readonly anchor: number | undefined;
}

/** State and event handlers for moving over the bars of a chart by pointer or keyboard. */
export interface BarCursor {
  readonly at: number | undefined;
  readonly selection: BarSelection | undefined;
  readonly handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    onBlur: () => void;
  };
}

/**
 * Follows the pointer over `count` bars. Bars are selected by dragging, or by Shift with the arrow keys and Enter. A
 * click, or Enter without a selection, selects the bar under the cursor.
 */
export function useBarSelection(options: {
  readonly count: number;
  readonly barAt: (x: number) => number;
  readonly onSelect: (selection: BarSelection) => void;
}): BarCursor {
  const { count, barAt, onSelect } = options;
  const [state, setState] = useState<State>();
  const clamp = (at: number): number => Math.max(0, Math.min(count - 1, at));
  const positionOf = (event: PointerEvent<HTMLElement>): number =>
    clamp(barAt(event.clientX - event.currentTarget.getBoundingClientRect().left));
  const selection =
    state?.anchor === undefined
      ? undefined
      : { first: Math.min(state.at, state.anchor), last: Math.max(state.at, state.anchor) };
  return {
    at: state?.at,
    selection,
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0 || count === 0) return;
        if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId);
        const at = positionOf(event);
        setState({ at, anchor: event.pointerType === 'mouse' ? at : undefined });
      },
      onPointerMove(event) {
        if (count > 0) setState({ at: positionOf(event), anchor: state?.anchor });
      },
      onPointerUp() {
        // A chart with one bar cannot be zoomed.
        if (selection !== undefined && count > 1) onSelect(selection);
        if (state !== undefined) setState({ at: state.at, anchor: undefined });
      },
      onPointerLeave() {
        if (state?.anchor === undefined) setState(undefined);
      },
      onKeyDown(event) {
        if (count === 0) return;
        const at = state?.at ?? count - 1;
        const target = targetOf(event.key, at, count);
        if (target !== undefined) {
          event.preventDefault();
          setState({ at: clamp(target), anchor: event.shiftKey ? (state?.anchor ?? at) : undefined });
        } else if (event.key === 'Enter') {
          event.preventDefault();
          onSelect(selection ?? { first: at, last: at });
          setState(undefined);
        } else if (event.key === 'Escape') {
          setState(undefined);
        }
      },
      onBlur() {
        setState(undefined);
      },
    },
  };
}

function targetOf(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowLeft') return at - 1;
  if (key === 'ArrowRight') return at + 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
