/**
 * The attributes of a part of the page. Where it still shows the answer to another request than the page's, such as before a filter
 * was changed, it is dimmed and says that it is busy.
 */
export function staleProps(
  isStale: boolean,
  className = '',
): { readonly className: string; readonly 'aria-busy'?: true } {
  return isStale ? { className: `${className} stale`.trimStart(), 'aria-busy': true } : { className };
}
