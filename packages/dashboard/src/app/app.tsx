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
      // The collector reports changes; see useLiveUpdates.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Requests are repeated only if the collector was busy or could not be reached, not if it refused them.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiFailure && (error.status === 0 || error.status >= 500),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
  },
});

// If the session has ended or its token was rotated, reading the session again shows the sign-in.
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
