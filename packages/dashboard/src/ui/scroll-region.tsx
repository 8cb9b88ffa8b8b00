import { useEffect, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';

/**
 * A box with content that scrolls if it does not fit. The class sets direction and size. It can be focused only while
 * it can scroll, so that arrow keys scroll it and screen readers say its name.
 */
export function ScrollRegion(props: {
  readonly label: string;
  readonly className: string;
  /** `pre` for preformatted text. */
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
  // Measured after each render, because an observer does not notice other content in a box of the same size.
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
