import type { EarlyTable } from './early-pages.ts';

/** Maximum number of rows, which fill a window. */
const shown = 30;

/**
 * Shows a plain table of an answer until the page has loaded, because on a slow network the code takes several seconds
 * longer than the figures. Shows nothing if the page is already there, or if there are no figures.
 */
export async function drawEarlyTable(
  answer: Promise<Response>,
  tableOf: (answer: never) => EarlyTable,
): Promise<void> {
  const response = await answer;
  if (!response.ok) {
    return;
  }
  const { heading: title, rows } = tableOf((await response.clone().json()) as never);
  const root = document.getElementById('root');
  if (root === null || rows.length === 0) {
    return;
  }
  const failure = root.querySelector(':scope > main.early-table');
  if (failure === null && root.childElementCount > 0) {
    return;
  }
  const table = element('table');
  for (const [name, value] of rows.slice(0, shown)) {
    const row = element('tr');
    row.append(element('td', name), element('td', value));
    table.append(row);
  }
  const heading = element('h1', title);
  if (failure !== null) {
    // The code of the page failed to load before the figures arrived, so they are inserted above the notice.
    failure.prepend(heading, table);
    return;
  }
  const main = element('main');
  main.className = 'early-table';
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
  main.classList.add('early-table');
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
