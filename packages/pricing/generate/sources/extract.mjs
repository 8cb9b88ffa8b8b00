/**
 * The extract of LiteLLM's list in the repository (`sources/litellm.tsv`), so that the price list can be generated
 * without a network: a head of `# name: value` lines, then `provider<TAB>name<TAB>source<TAB>prices…`. If a price
 * changes in a version, the extract keeps the old price, and has the new one from the day of that version on.
 */
export function readExtract(text) {
  const head = {};
  const rows = [];
  for (const line of text.split('\n')) {
    const [, key, value] = /^# ([a-z]+): (.*)$/.exec(line) ?? [];
    if (key !== undefined) head[key] = value;
    if (line === '' || line.startsWith('#')) continue;
    const [provider, name, source, ...prices] = line.split('\t');
    rows.push({ provider, name, source, prices: prices.join('\t') });
  }
  return { head, rows };
}

/** The text of a new extract. Prices of `before`, the extract that it replaces, are kept if they have changed. */
export function writeExtract(head, rows, before, withHistory) {
  const old = new Map(before.rows.map((row) => [`${row.provider}\t${row.name}`, row]));
  const lines = rows.map((row) => {
    const was = old.get(`${row.provider}\t${row.name}`);
    const prices = was === undefined ? row.prices : withHistory(was.prices, row.prices, head.published);
    return [row.provider, row.name, row.source, prices].join('\t');
  });
  const top = Object.entries(head).map(([key, value]) => `# ${key}: ${value}`);
  return [...top, ...lines, ''].join('\n');
}
