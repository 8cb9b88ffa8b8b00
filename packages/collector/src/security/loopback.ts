const LOOPBACK_V4 = /^127(?:\.\d{1,3}){3}$/;

/** Whether an address to bind to, or the name in a `Host` header, is this machine's loopback. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || LOOPBACK_V4.test(name);
}

/** The name in a `Host` header without its port; undefined if invalid. */
export function hostNameOf(header: string | undefined): string | undefined {
  return /^(\[[0-9a-fA-F:.]+\]|[^:/\s@]+)(?::\d{1,5})?$/.exec(header ?? '')?.[1]?.toLowerCase();
}
