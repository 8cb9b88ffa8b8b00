/** Formats the users of `GET /api/users` as a table for a terminal, with exact costs. */
export function usersTable({ users, unattributed }) {
  const rows = users.map((user) => [
    user.name ?? user.id,
    user.group ?? '',
    String(user.calls),
    tokens(user),
    dollars(user),
  ]);
  rows.push(['unattributed', '', String(unattributed.calls), tokens(unattributed), dollars(unattributed)]);
  const head = ['user', 'group', 'calls', 'tokens', 'cost'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) =>
    `  ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ')}`;
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Input and output tokens, or a dash if no call has a price and none reported tokens. */
function tokens({ calls, unpricedCalls, inputTokens, outputTokens }) {
  const sum = (inputTokens ?? 0) + (outputTokens ?? 0);
  return sum === 0 && calls > 0 && calls === unpricedCalls ? '—' : String(sum);
}

/** The exact cost in US dollars, or a dash if no call has a price. */
function dollars({ costExact }) {
  return costExact == null ? '—' : `$${costExact}`;
}
