import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useKeys } from '../../app/use-keys.ts';
import { Icon } from '../icon.tsx';
import './search-box.css';

const typingMs = 150;

/** An input that searches while typing. `/` moves the focus here, and Escape leaves it. */
export function SearchBox(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}): ReactElement {
  const { label, placeholder, value, onSearch } = props;
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  useKeys({ '/': () => input.current?.select() });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => search.current(text), typingMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className="search-field">
      <Icon name="search" />
      <input
        ref={input}
        className="input"
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <kbd className="kbd">/</kbd>
    </div>
  );
}
