import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { UsersPage } from '../pages/users/users-page.tsx';
import type { PageReaders, SharedSearch } from '../url/page-search.ts';
import { shortPaths, type PagePath } from '../url/pages.ts';
import { parseSearch, stringifySearch } from '../url/search-codec.ts';
import { NotFound } from './not-found.tsx';
import { PageFailure } from './page-failure.tsx';
import { Shell } from './shell.tsx';

/**
 * Keeps the URL as it was typed. Pages read it with `usePageSearch`, and a notice above the page names invalid values.
 */
function asTyped<Path extends PagePath>(
  _path: Path,
): (raw: Record<string, unknown>) => ReturnType<PageReaders[Path]> {
  return (raw) => raw as ReturnType<PageReaders[Path]>;
}

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: (raw: Record<string, unknown>) => raw as SharedSearch,
});

// Ids are in the query because an id can be `..`, which browsers resolve in a path.
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: asTyped('/'),
    component: UsersPage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/user',
    validateSearch: asTyped('/user'),
    component: lazyRouteComponent(() => import('../pages/user/user-page.tsx'), 'UserPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/unattributed',
    component: lazyRouteComponent(
      () => import('../pages/unattributed/unattributed-page.tsx'),
      'UnattributedPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/threads',
    validateSearch: asTyped('/threads'),
    component: lazyRouteComponent(() => import('../pages/thread/threads-page.tsx'), 'ThreadsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/thread',
    validateSearch: asTyped('/thread'),
    component: lazyRouteComponent(() => import('../pages/thread/thread-page.tsx'), 'ThreadPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/calls',
    validateSearch: asTyped('/calls'),
    component: lazyRouteComponent(() => import('../pages/call/calls-page.tsx'), 'CallsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/call',
    validateSearch: asTyped('/call'),
    component: lazyRouteComponent(() => import('../pages/call/call-page.tsx'), 'CallPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/groups',
    validateSearch: asTyped('/groups'),
    component: lazyRouteComponent(() => import('../pages/rollups/rollup-pages.tsx'), 'GroupsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/features',
    validateSearch: asTyped('/features'),
    component: lazyRouteComponent(() => import('../pages/rollups/rollup-pages.tsx'), 'FeaturesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/group',
    validateSearch: asTyped('/group'),
    component: lazyRouteComponent(() => import('../pages/subject/group-page.tsx'), 'GroupPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/feature',
    validateSearch: asTyped('/feature'),
    component: lazyRouteComponent(() => import('../pages/subject/feature-page.tsx'), 'FeaturePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/models',
    validateSearch: asTyped('/models'),
    component: lazyRouteComponent(() => import('../pages/rollups/rollup-pages.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/prices',
    component: lazyRouteComponent(() => import('../pages/prices/prices-page.tsx'), 'PricesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/collector',
    component: lazyRouteComponent(() => import('../pages/collector/collector-page.tsx'), 'CollectorPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/projects',
    validateSearch: asTyped('/projects'),
    component: lazyRouteComponent(() => import('../pages/projects/projects-page.tsx'), 'ProjectsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/connect',
    component: lazyRouteComponent(() => import('../pages/connect/connect-page.tsx'), 'ConnectPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    validateSearch: asTyped('/alerts'),
    component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/budgets',
    validateSearch: asTyped('/budgets'),
    component: lazyRouteComponent(() => import('../pages/budgets/budgets-page.tsx'), 'BudgetsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/billing',
    component: lazyRouteComponent(() => import('../pages/billing/billing-page.tsx'), 'BillingPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/margin',
    validateSearch: asTyped('/margin'),
    component: lazyRouteComponent(() => import('../pages/margin/margin-page.tsx'), 'MarginPage'),
  }),
] as const;

const typed = shortPaths.map(([folder, to]) =>
  createRoute({
    getParentRoute: () => root,
    path: `${folder}/$id`,
    beforeLoad: ({ params, search }) => {
      throw redirect({ to, search: { ...search, id: (params as { readonly id: string }).id } });
    },
  }),
);

export const router = createRouter({
  routeTree: root.addChildren([...routes, ...typed]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  scrollToTopSelectors: ['#main'],
  getScrollRestorationKey: (location) => location.pathname + (location.searchStr ?? ''),
  defaultErrorComponent: PageFailure,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
