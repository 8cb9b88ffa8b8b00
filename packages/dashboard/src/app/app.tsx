import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { ApiFailure } from '../api/failure.ts';
import { onSignedOut } from '../api/request.ts';
import { NowProvider } from '../ui/time/now.tsx';
import { TipLayer } from '../ui/tip/tip-layer.tsx';
import { router } from './router.tsx';

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The collector says when something changed; see useLiveUpdates.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refused request is not repeated; only those that met a busy or missing collector are.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiFailure && (error.status === 0 || error.status >= 500),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
  },
});

// The session ended while the page was open, or its token was rotated: ask who we are, and the sign-in shows.
onSignedOut(() => void client.invalidateQueries({ queryKey: ['session'] }));

export function App(): ReactElement {
  return (
    <QueryClientProvider client={client}>
      <NowProvider>
        <RouterProvider router={router} />
        <TipLayer />
      </NowProvider>
    </QueryClientProvider>
  );
}
