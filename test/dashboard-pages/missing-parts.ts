/** Parts of a page that cannot be loaded. */
interface MissingParts {
  readonly path: string;
  /** The failed requests, as patterns, with the name of the part in the message. */
  readonly faults: Readonly<Record<string, string>>;
  /** A text of the page that is there all the same. */
  readonly stays: string;
  /** Part of `npm test`: figures, a list, a part of the code, a style sheet, and pages of a subject and of rules. */
  readonly isEveryday: boolean;
}

export const missingParts: readonly MissingParts[] = [
  {
    path: '/',
    faults: {
      '/api/summary': 'The summary',
      '/api/usage': 'The chart',
      '/api/movers': 'What changed',
      '/api/to-date': 'This month',
    },
    stays: 'Ada Lovelace',
    isEveryday: true,
  },
  {
    path: '/',
    faults: { '/api/users': 'The list of users', '/assets/what-changed-.*js': 'This part of the page' },
    stays: '$',
    isEveryday: true,
  },
  {
    path: '/?open=u1',
    faults: { '/assets/user-peek-.*js': 'This part of the page' },
    stays: 'Ada Lovelace',
    isEveryday: false,
  },
  {
    path: '/',
    faults: { '/assets/what-changed-.*css': 'This part of the page' },
    stays: 'Ada Lovelace',
    isEveryday: true,
  },
  {
    path: '/user?id=u1',
    faults: { '/api/users/u1': 'The user', '/api/users/u1/usage': 'The chart' },
    stays: 'gpt-4.1',
    isEveryday: true,
  },
  {
    path: '/user?id=u1',
    faults: { '/api/calls': 'The calls' },
    stays: 'About',
    isEveryday: false,
  },
  {
    path: '/group?id=acme',
    faults: { '/api/groups': 'Latency', '/api/summary': 'The summary' },
    stays: 'Members',
    isEveryday: false,
  },
  { path: '/prices', faults: { '/api/prices': 'The prices' }, stays: 'Price of a model', isEveryday: false },
  {
    path: '/alerts',
    faults: { '/api/alert-states': 'The state of the rules', '/api/channels': 'The channels' },
    stays: 'No rule yet',
    isEveryday: true,
  },
  { path: '/unattributed', faults: { '/api/summary': 'The sources' }, stays: 'Calls', isEveryday: false },
];
