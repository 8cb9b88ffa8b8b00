import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { UsersPage } from '../pages/users/users-page.tsx';
import {
  readCallSearch,
  readPageSearch,
  readShared,
  readThreadSearch,
  readUserSearch,
  readUsersSearch,
} from '../url/page-search.ts';
import { parseSearch, stringifySearch } from '../url/search-codec.ts';
import { NotFound } from './not-found.tsx';
import { PageFailure } from './page-failure.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: readShared,
});

// Ids stand in the search, not in the path: `..` is a user id, and a path would swallow it.
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: readUsersSearch,
    component: UsersPage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/user',
    validateSearch: readUserSearch,
    component: lazyRouteComponent(() => import('../pages/user/user-page.tsx'), 'UserPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/unattributed',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/unattributed', raw),
    component: lazyRouteComponent(
      () => import('../pages/unattributed/unattributed-page.tsx'),
      'UnattributedPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/threads',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/threads', raw),
    component: lazyRouteComponent(() => import('../pages/thread/threads-page.tsx'), 'ThreadsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/thread',
    validateSearch: readThreadSearch,
    component: lazyRouteComponent(() => import('../pages/thread/thread-page.tsx'), 'ThreadPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/call',
    validateSearch: readCallSearch,
    component: lazyRouteComponent(() => import('../pages/call/call-page.tsx'), 'CallPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/groups',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/groups', raw),
    component: lazyRouteComponent(() => import('../pages/rollups/groups-page.tsx'), 'GroupsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/features',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/features', raw),
    component: lazyRouteComponent(() => import('../pages/rollups/features-page.tsx'), 'FeaturesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/group',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/group', raw),
    component: lazyRouteComponent(() => import('../pages/subject/group-page.tsx'), 'GroupPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/feature',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/feature', raw),
    component: lazyRouteComponent(() => import('../pages/subject/feature-page.tsx'), 'FeaturePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/models',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/models', raw),
    component: lazyRouteComponent(() => import('../pages/rollups/models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/prices',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/prices', raw),
    component: lazyRouteComponent(() => import('../pages/prices/prices-page.tsx'), 'PricesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/collector',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/collector', raw),
    component: lazyRouteComponent(() => import('../pages/collector/collector-page.tsx'), 'CollectorPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/connect',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/connect', raw),
    component: lazyRouteComponent(() => import('../pages/connect/connect-page.tsx'), 'ConnectPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/alerts', raw),
    component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/budgets',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/budgets', raw),
    component: lazyRouteComponent(() => import('../pages/budgets/budgets-page.tsx'), 'BudgetsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/billing',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/billing', raw),
    component: lazyRouteComponent(() => import('../pages/billing/billing-page.tsx'), 'BillingPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/margin',
    validateSearch: (raw: Record<string, unknown>) => readPageSearch('/margin', raw),
    component: lazyRouteComponent(() => import('../pages/margin/margin-page.tsx'), 'MarginPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
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
