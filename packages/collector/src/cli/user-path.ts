/**
 * The path of a user in the API, or of one of its lists such as `export`. URL parsers resolve `.` and `..` even if they
 * are escaped, so such an id is in the query.
 */
export function userPath(userId: string, list?: string): string {
  const isDots = userId === '.' || userId === '..';
  const end = list === undefined ? '' : `/${list}`;
  return `/api/users/${isDots ? '~' : encodeURIComponent(userId)}${end}${isDots ? `?id=${userId}` : ''}`;
}
