import { normalizeHost } from './peer-host.ts';

/** Tells whether a host is on the list. */
export type HostList = (host: string) => boolean;

/** `internal.example`, `*.internal.example`, `127.0.0.1`, `::1`: no scheme, no port, no other wildcard. */
const HOST =
  /^(?:\*\.)?[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]*[a-z\d_])?)*$|^[\da-f:.]*:[\da-f:.]*$/;

/**
 * Makes a list of exact names and `*.suffix` wildcards; `*.internal.example` is every name below `internal.example`,
 * at any depth, and not that name itself.
 *
 * @throws TypeError for an entry that is neither, `*` included: name the hosts.
 */
export function hostList(entries: readonly string[]): HostList {
  if (!Array.isArray(entries)) {
    throw new TypeError("userspan: send.to must be a list of hosts, such as ['*.internal.example'].");
  }
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries as readonly unknown[]) {
    const host = typeof entry === 'string' ? normalizeHost(entry) : '';
    if (!HOST.test(host)) {
      throw new TypeError(
        `userspan: send.to has ${JSON.stringify(entry)}; write a host such as "orders.internal.example" or "*.internal.example", without scheme or port.`,
      );
    }
    if (host.startsWith('*.')) suffixes.push(host.slice(1));
    else names.add(host);
  }
  return (host) =>
    names.has(host) || suffixes.some((suffix) => host.length > suffix.length && host.endsWith(suffix));
}
