/**
 * The project that the page is about, from its URL; the first one of the session where it names none. It stays while the
 * page is open: going to another project loads the page anew, so that no answer about one is taken for the other's.
 */
export const pageProject: string | undefined =
  typeof location === 'undefined'
    ? undefined
    : (new URLSearchParams(location.search).get('project') ?? undefined) || undefined;

/** How a request names its project; `userspan-project` is the collector's name for it. */
export function projectHeaders(project: string | undefined = pageProject): Readonly<Record<string, string>> {
  return project === undefined ? {} : { 'userspan-project': project };
}
