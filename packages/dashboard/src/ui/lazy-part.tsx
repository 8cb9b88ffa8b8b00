import { Component, lazy, type ComponentType, type ReactElement, type ReactNode } from 'react';

/** Whether an error says that code or its styles could not be loaded, in the words of Chromium, Firefox, Safari or Vite. */
export function isCodeFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script failed|error loading dynamically|unable to preload css/iu.test(
      error.message,
    )
  );
}

/**
 * A part of a page whose code comes when it is first shown. Where that code cannot be loaded, or the part fails while it
 * is drawn, `fallback` stands in its place and the rest of the page stays as it is.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  fallback: ComponentType<Props>,
): ComponentType<Props> {
  const Part = lazy(() =>
    load().then(
      (component) => ({ default: component }),
      () => ({ default: fallback }),
    ),
  );
  const Fallback = fallback;
  return function GuardedPart(props: Props): ReactElement {
    return (
      <PartBoundary fallback={<Fallback {...props} />}>
        <Part {...props} />
      </PartBoundary>
    );
  };
}

interface BoundaryProps {
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

class PartBoundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

/** Stands where a part of a page could not be loaded. */
export function PartMissing(): ReactElement {
  return (
    <p className="note part-missing" role="alert">
      This part of the page could not be loaded.
      <button type="button" className="button small" onClick={() => window.location.reload()}>
        Try again
      </button>
    </p>
  );
}
