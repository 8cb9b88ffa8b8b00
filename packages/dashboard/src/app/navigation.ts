import type { IconName } from '../ui/icon.tsx';

/** The pages of the side bar, in their order; `g` and then the letter goes there. */
export const pages = [
  { to: '/', label: 'Users', icon: 'users', letter: 'u' },
  { to: '/groups', label: 'Groups', icon: 'groups', letter: 'g' },
  { to: '/models', label: 'Models', icon: 'models', letter: 'm' },
  { to: '/features', label: 'Features', icon: 'features', letter: 'f' },
  { to: '/threads', label: 'Threads', icon: 'threads', letter: 't' },
  { to: '/alerts', label: 'Alerts', icon: 'alerts', letter: 'a' },
  { to: '/budgets', label: 'Budgets', icon: 'budgets', letter: 'b' },
  { to: '/margin', label: 'Margin', icon: 'margin', letter: 'r' },
  { to: '/billing', label: 'Billing', icon: 'billing', letter: 'l' },
  { to: '/prices', label: 'Prices', icon: 'prices', letter: 'p' },
  { to: '/unattributed', label: 'Unattributed', icon: 'unattributed', letter: 'n' },
  { to: '/collector', label: 'Collector', icon: 'collector', letter: 'h' },
  { to: '/projects', label: 'Projects', icon: 'projects', letter: 'o' },
  { to: '/connect', label: 'Connect', icon: 'connect', letter: 'c' },
] as const satisfies readonly {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly letter: string;
}[];
