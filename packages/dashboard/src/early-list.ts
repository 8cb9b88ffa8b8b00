import { formatMoney } from './format/money.ts';

interface EarlyRow {
  readonly id: string;
  readonly name: string | null;
  readonly costExact: string | null;
}

/** Rows of a window. */
const shown = 30;

/**
 * Draws the users and what they cost, plainly, until the page itself is there: on a slow network its code takes several
 * seconds, and its figures do not. Nothing where the page was quicker, or the answer is none.
 */
export async function drawEarlyList(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) return;
  const { data } = (await response.clone().json()) as { readonly data: readonly EarlyRow[] };
  const root = document.getElementById('root');
  if (root === null || root.childElementCount > 0 || data.length === 0) return;
  const table = element('table');
  for (const { id, name, costExact } of data.slice(0, shown)) {
    const row = element('tr');
    row.append(element('td', name ?? id), element('td', costExact === null ? '—' : formatMoney(costExact)));
    table.append(row);
  }
  const main = element('main');
  main.className = 'early-list';
  main.append(element('h1', 'Users'), table, element('p', 'Loading the page…'));
  root.append(main);
}

function element(name: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.dir = 'auto';
  return made;
}
