/** Returns the changes between two readable lists, one per line: `+ openai gpt-7`, `~ openai gpt-4o: i=2.5 -> i=2`, `- …`. */
export function changesBetween(before, after) {
  const old = rowsOf(before);
  const fresh = rowsOf(after);
  const changes = [];
  for (const [name, price] of fresh) {
    const was = old.get(name);
    if (was === undefined) changes.push(`+ ${name}: ${price}`);
    else if (was !== price) changes.push(`~ ${name}: ${was} -> ${price}`);
  }
  for (const name of old.keys()) if (!fresh.has(name)) changes.push(`- ${name}`);
  return changes;
}

function rowsOf(list) {
  const rows = new Map();
  let provider = '';
  for (const line of list.split('\n')) {
    if (line.startsWith('#')) {
      const [name, ...rest] = line.slice(1).split('\t');
      provider = name;
      rows.set(provider, rest.join(' '));
      continue;
    }
    const [names = '', ...segments] = line.split('\t');
    for (const name of names.split('|'))
      if (name !== '') rows.set(`${provider} ${name}`, segments.join(' | '));
  }
  return rows;
}
