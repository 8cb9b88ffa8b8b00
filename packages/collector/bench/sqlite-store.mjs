import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Does the same work with an embedded SQLite: spans, sums by user and day, and the users page. If this version of Node has
 * no SQLite, prints that and returns `undefined`.
 */
export async function sqliteStore(batches) {
  const sqlite = await import('node:sqlite').catch(() => undefined);
  if (sqlite === undefined) {
    console.error('SQLite beside it: not measured, this Node has no node:sqlite.');
    return undefined;
  }
  const directory = mkdtempSync(join(tmpdir(), 'userspan-sqlite-'));
  const path = join(directory, 'spans.db');
  const db = new sqlite.DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE spans (trace TEXT, span TEXT, parent TEXT, user TEXT, name TEXT, start INTEGER, end INTEGER, attributes TEXT, PRIMARY KEY (trace, span)) WITHOUT ROWID;
    CREATE TABLE users (user TEXT PRIMARY KEY, name TEXT, email TEXT, grp TEXT, first INTEGER, last INTEGER) WITHOUT ROWID;
    CREATE TABLE usage (user TEXT, day INTEGER, model TEXT, calls INTEGER, input INTEGER, output INTEGER, PRIMARY KEY (user, day, model)) WITHOUT ROWID;`);
  const span = db.prepare('INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const user = db.prepare(
    'INSERT INTO users VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)',
  );
  const usage = db.prepare(
    'INSERT INTO usage VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + 1, input = input + excluded.input, output = output + excluded.output',
  );
  let seconds = 0;
  let count = 0;
  for (const { spans } of batches) {
    const start = performance.now();
    db.exec('BEGIN');
    for (const { span: each } of spans) {
      const { traceId, spanId, parentSpanId = null, name, attributes } = each;
      const [begun, ended] = [each.startTimeUnixNano, each.endTimeUnixNano];
      const id = attributes['user.id'];
      span.run(traceId, spanId, parentSpanId, id, name, begun, ended, JSON.stringify(attributes));
      user.run(
        id,
        attributes['user.name'],
        attributes['user.email'],
        attributes['userspan.user.group'],
        begun,
        ended,
      );
      const model = attributes['gen_ai.response.model'];
      if (model !== undefined) {
        const [input, output] = ['input', 'output'].map((of) => attributes[`gen_ai.usage.${of}_tokens`]);
        usage.run(id, Number(begun / 86_400_000_000_000n), model, input, output);
      }
    }
    db.exec('COMMIT');
    seconds += (performance.now() - start) / 1000;
    count += spans.length;
  }
  const page =
    db.prepare(`SELECT user, name, email, grp, sum(calls) AS calls, sum(input) AS input, sum(output) AS output
    FROM usage JOIN users USING (user) WHERE day >= ? GROUP BY user ORDER BY output DESC LIMIT 50`);
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    page.all(Math.floor(Date.now() / 864e5) - 30);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const bytesPerSpan = statSync(path).size / count;
  rmSync(directory, { recursive: true });
  return { perSecond: count / seconds, usersPageMs: times[4] ?? 0, bytesPerSpan };
}
