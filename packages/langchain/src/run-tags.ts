import { toTags } from '@userspan/core/internal';

/** Internal tags of LangChain and LangGraph. */
const INTERNAL = /^(?:seq:step:|map:key:|graph:step:|branch:|condition:|langsmith:|langchain:)/;

/** Tag of internal runs that are not the app's own work. */
const HIDDEN = 'langsmith:hidden';

/** The caller's own tags, checked; `undefined` for none. */
export function ownTags(tags: readonly string[] | undefined): string[] | undefined {
  const own = tags?.filter((tag) => typeof tag === 'string' && !INTERNAL.test(tag));
  return own === undefined || own.length === 0 ? undefined : toTags(own);
}

/** Whether a run is internal to LangGraph. It gets no span, and its children become children of the run above. */
export function isHidden(tags: readonly string[] | undefined): boolean {
  return tags?.includes(HIDDEN) === true;
}
