import { toTags } from '@userspan/core/internal';

/** Tags that LangChain and LangGraph put on runs for themselves. */
const INTERNAL = /^(?:seq:step:|map:key:|graph:step:|branch:|condition:|langsmith:|langchain:)/;

/** On runs that are machinery and not the app's own work. */
const HIDDEN = 'langsmith:hidden';

/** The caller's own tags, checked; `undefined` for none. */
export function ownTags(tags: readonly string[] | undefined): string[] | undefined {
  const own = tags?.filter((tag) => typeof tag === 'string' && !INTERNAL.test(tag));
  return own === undefined || own.length === 0 ? undefined : toTags(own);
}

/** Whether a run is machinery of LangGraph: it gets no span, and what is below it goes to the run above. */
export function isHidden(tags: readonly string[] | undefined): boolean {
  return tags?.includes(HIDDEN) === true;
}
