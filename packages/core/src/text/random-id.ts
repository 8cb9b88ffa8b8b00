interface RandomSource {
  randomUUID?(): string;
}

/** A new, unique id: a UUID. Where there is no `crypto` (a page without TLS), from `Math.random`. */
export function randomId(): string {
  const { crypto } = globalThis as { crypto?: RandomSource };
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replaceAll('x', () =>
    Math.floor(Math.random() * 16).toString(16),
  );
}
