/**
 * The project in the URL of the page. If undefined, the collector uses the first project of the session. Changing the
 * project reloads the page, so that answers of two projects are never mixed.
 */
export const pageProject: string | undefined =
  typeof location === 'undefined'
    ? undefined
    : (new URLSearchParams(location.search).get('project') ?? undefined) || undefined;

/** The header that selects the project of a request. */
export function projectHeaders(project: string | undefined = pageProject): Readonly<Record<string, string>> {
  return project === undefined ? {} : { 'userspan-project': project };
}
