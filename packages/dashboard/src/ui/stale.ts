/**
 * Returns the attributes for a part of the page. While it shows the answer to an older request, e.g. with other
 * filters, it is dimmed and marked as busy.
 */
export function staleProps(
  isStale: boolean,
  className = '',
): { readonly className: string; readonly 'aria-busy'?: true } {
  return isStale ? { className: `${className} stale`.trimStart(), 'aria-busy': true } : { className };
}
