const said = new Set<string>();

/** Says once on the console that something was not done, and why. Nothing of ours throws into the page. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(`userspan: ${message}`);
}
