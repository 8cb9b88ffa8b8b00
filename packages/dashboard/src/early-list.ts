import { formatMoney } from './format/money.ts';

interface EarlyRow {
  readonly id: string;
  readonly name: string | null;
  readonly costExact: string | null;
}

/** Maximum number of rows, which fill a window. */
const shown = 30;

/**
 * Shows a plain list of users and their costs until the page has loaded, because on a slow network the code takes
 * several seconds longer than the figures. Shows nothing if the page is already there, or if there are no figures.
 */
export async function drawEarlyList(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) {
    return;
  }
  const { data } = (await response.clone().json()) as { readonly data: readonly EarlyRow[] };
  const root = document.getElementById('root');
  if (root === null || data.length === 0) {
    return;
  }
  const failure = root.querySelector(':scope > main.early-list');
  if (failure === null && root.childElementCount > 0) {
    return;
  }
  const table = element('table');
  for (const { id, name, costExact } of data.slice(0, shown)) {
    const row = element('tr');
    row.append(element('td', name ?? id), element('td', costExact === null ? '—' : formatMoney(costExact)));
    table.append(row);
  }
  const heading = element('h1', 'Users');
  if (failure !== null) {
    // The code of the page failed to load before the figures arrived, so they are inserted above the notice.
    failure.prepend(heading, table);
    return;
  }
  const main = element('main');
  main.className = 'early-list';
  const status = element('p', 'Loading the page…');
  status.setAttribute('role', 'status');
  main.append(heading, table, status);
  root.append(main);
}

/**
 * Says that the code of the pages could not be loaded, with a button to try again. Figures that are already shown
 * remain.
 */
export function drawCodeFailure(): void {
  const root = document.getElementById('root');
  if (root === null) {
    return;
  }
  root.querySelector('[role=status]')?.remove();
  const main = root.querySelector('main') ?? root.appendChild(element('main'));
  main.classList.add('early-list');
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
