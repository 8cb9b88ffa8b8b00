import { useEffect, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';

/**
 * A box whose content scrolls where it has no room; its class says in which direction and from which size on. Tab comes
 * to it only while it scrolls: then the arrow keys show what is cut, and a screen reader says its name.
 */
export function ScrollRegion(props: {
  readonly label: string;
  readonly className: string;
  /** `pre` for text whose lines are kept. */
  readonly as?: 'div' | 'pre';
  readonly children: ReactNode;
}): ReactElement {
  const { label, className, as: Box = 'div', children } = props;
  const box = useRef<HTMLElement>(null);
  const [isScrolling, setIsScrolling] = useState(false);
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    setIsScrolling(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
  };
  // After each render, as other content in a box of the same size is nothing that an observer hears of.
  useLayoutEffect(measure);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    for (const element of [box.current, box.current?.firstElementChild]) {
      if (element != null) observer.observe(element);
    }
    return () => observer.disconnect();
  }, []);
  const attributes = isScrolling ? { tabIndex: 0, role: 'group', 'aria-label': label } : {};
  return (
    <Box
      ref={(element: HTMLElement | null) => {
        box.current = element;
      }}
      className={className}
      {...attributes}
    >
      {children}
    </Box>
  );
}
