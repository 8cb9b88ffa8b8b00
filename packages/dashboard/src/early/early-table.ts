import { askEarly } from '../api/request.ts';
import type { EarlyPage } from './early-page.ts';

/** Maximum number of rows, which fill a window. */
const shown = 30;

const loading = 'Loading the page…';

/**
 * Requests the main figures of a page, and shows them in a plain table until the page has loaded, because on a slow
 * network the code takes several seconds longer than the figures. Draws nothing where the page is already there.
 *
 * @param isSlow Whether to show the heading before the figures arrive. On a fast network it would only blink.
 */
export async function drawEarlyPage(page: EarlyPage, isSlow: boolean): Promise<void> {
  const answer = askEarly(page.path);
  if (isSlow) placeOf(page.heading);
  const response = await answer;
  if (!response.ok) {
    const status = document.querySelector('.early-table [role=status]');
    if (status !== null && response.status === 401) status.textContent = 'Loading the sign-in form…';
    return;
  }
  const { heading = page.heading, rows } = page.tableOf((await response.clone().json()) as never);
  const place = placeOf(heading);
  if (place === undefined) return;
  if (rows.length === 0) {
    place.after(element('p', page.none));
    return;
  }
  const table = element('table');
  for (const [name, value] of rows.slice(0, shown)) {
    const row = element('tr');
    row.append(element('td', name), element('td', value));
    table.append(row);
  }
  place.after(table);
}

/** Returns the heading of the plain page, after drawing it if nothing else is drawn; undefined if the page is there. */
function placeOf(text: string): Element | undefined {
  const root = document.getElementById('root');
  if (root === null) return undefined;
  const drawn = root.querySelector(':scope > main.early-table');
  if (drawn === null && root.childElementCount > 0) return undefined;
  const main = drawn ?? root.appendChild(plainMain());
  const heading = main.querySelector('h1') ?? element('h1');
  heading.textContent = text;
  // Figures that arrive after the code has failed are inserted above the notice.
  if (heading.parentElement === null) main.prepend(heading);
  return heading;
}

function plainMain(): HTMLElement {
  const main = element('main');
  main.className = 'early-table';
  const status = element('p', loading);
  status.setAttribute('role', 'status');
  main.append(status);
  return main;
}

/**
 * Says that the code of the pages could not be loaded, with a button to try again. Figures that are already shown
 * remain.
 */
export function drawCodeFailure(): void {
  const root = document.getElementById('root');
  if (root === null) return;
  const main = root.querySelector('main') ?? root.appendChild(plainMain());
  main.querySelector('[role=status]')?.remove();
  const notice = element(
    'p',
    'The code of the page could not be loaded. The collector may have been restarted, or the network is down. ',
  );
  notice.setAttribute('role', 'alert');
  const button = element('button', 'Try again');
  button.className = 'button';
  button.addEventListener('click', () => window.location.reload());
  notice.append(button);
  main.append(notice);
}

function element(name: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.dir = 'auto';
  return made;
}
