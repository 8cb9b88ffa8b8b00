const warned = new Set<string>();

/** Warns once on the console that something was not done, and why. Used instead of throwing into the page. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(`userspan: ${message}`);
}
