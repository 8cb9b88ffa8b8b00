/** Whether Ctrl or ⌘ with k was pressed while the code of the pages was still on its way. */
let isSearchAsked = false;

function hold(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
  event.preventDefault();
  isSearchAsked = true;
}

/** Remembers that the search was asked for before there is one. */
export function holdEarlyKeys(): void {
  document.addEventListener('keydown', hold);
}

/** Whether the search was asked for; the pages take their keys themselves from then on. */
export function takeEarlySearch(): boolean {
  document.removeEventListener('keydown', hold);
  const wasAsked = isSearchAsked;
  isSearchAsked = false;
  return wasAsked;
}
