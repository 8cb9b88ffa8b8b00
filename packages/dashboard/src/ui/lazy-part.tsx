import { lazy, type ComponentType, type LazyExoticComponent, type ReactElement } from 'react';

/** Whether an error says that a module could not be loaded, in the words of Chromium, Firefox or Safari. */
export function isCodeFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script failed|error loading dynamically/iu.test(
      error.message,
    )
  );
}

/** A part of a page whose code comes when it is first shown, or `fallback` where that code cannot be loaded. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  fallback: ComponentType<Props>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(() =>
    load().then(
      (component) => ({ default: component }),
      (error: unknown) => {
        if (!isCodeFailure(error)) throw error;
        return { default: fallback };
      },
    ),
  );
}

/** Stands where the code of a part could not be loaded. */
export function PartMissing(): ReactElement {
  return (
    <p className="note" role="alert">
      This part of the page could not be loaded. Load the page again.
    </p>
  );
}
