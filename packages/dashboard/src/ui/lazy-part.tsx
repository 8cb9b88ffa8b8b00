import { Component, lazy, type ComponentType, type ReactElement, type ReactNode } from 'react';

/**
 * Whether an error means that code or styles could not be loaded. Recognizes the messages of Chromium, Firefox, Safari
 * and Vite.
 */
export function isCodeFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script failed|error loading dynamically|unable to preload css/iu.test(
      error.message,
    )
  );
}

/**
 * A part of a page whose code is loaded when it is first shown. If loading or rendering fails, `fallback` is shown
 * instead and the rest of the page is not affected.
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

/** Shown in place of a part of a page that could not be loaded. */
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
