/** Whether Ctrl or ⌘ with k was pressed before the code of the pages was loaded. */
let isSearchAsked = false;

function hold(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
  event.preventDefault();
  isSearchAsked = true;
}

/** Listens for the key that opens the search until the pages are loaded. */
export function holdEarlyKeys(): void {
  document.addEventListener('keydown', hold);
}

/** Returns whether the search was requested, and stops listening, because the pages now handle keys. */
export function takeEarlySearch(): boolean {
  document.removeEventListener('keydown', hold);
  const wasAsked = isSearchAsked;
  isSearchAsked = false;
  return wasAsked;
}
