import { SETTINGS } from '../config/settings.ts';

const COMMANDS: readonly (readonly [name: string, help: string])[] = [
  ['userspan [flags]', 'run the collector'],
  [
    'userspan doctor',
    'follow a test span through every hop, compare sums with calls, name what fails; --repair',
  ],
  ['userspan users', 'the users with what they cost; --q TEXT --sort FIELD --limit N --json'],
  ['userspan export USER', 'everything about a user as JSON lines; --out FILE'],
  ['userspan erase USER', 'erase a user everywhere, with a receipt; --yes'],
  ['userspan alert', 'an alert with its channel; --each user --usd 1 --window day --webhook URL'],
  ['userspan apply [FILE]', 'make alerts, budgets and channels like userspan.config.json; --dry-run'],
  [
    'userspan meter',
    'send usage to billers; --dry-run --reconcile --uncertain list|sent|again --exporter ID --format csv|ndjson|focus',
  ],
  [
    'userspan prices update',
    'newer prices for the collector of a data folder; --from FILE|URL --since DAY --data DIR',
  ],
  ['userspan revenue FILE', 'what customers paid, as CSV with user or group, month, usd; --source NAME'],
  ['userspan backup FOLDER', 'a copy of the data folder, also while the collector runs on it; --data DIR'],
  ['userspan restore FOLDER', 'make a data folder from a backup; --data DIR'],
  ['userspan token', 'make a token; --scope ingest|read|admin|browser --project NAME'],
  ['userspan bench', 'load of made-up calls; --seconds N --connections N --spans-per-request N --rate N'],
];

const CLIENT =
  'doctor, users, export, erase, alert, apply, meter, revenue and bench take --url URL and --token SECRET (USERSPAN_URL, USERSPAN_TOKEN).';

/** What `userspan --help` prints. */
export function helpText(): string {
  const flags = Object.entries(SETTINGS).map(([name, { kind, value, default: byDefault, help }]) => {
    const flag = kind === 'switch' ? `--${name}` : `--${name} ${value ?? ''}`;
    const shown = byDefault === undefined || byDefault === false ? '' : ` (${shownDefault(kind, byDefault)})`;
    return `  ${flag.padEnd(30)}${help}${shown}`;
  });
  return [
    'Userspan: who was each LLM call for, and what did it cost?',
    '',
    ...COMMANDS.map(([name, help]) => `  ${name.padEnd(30)}${help}`),
    '',
    'Flags of the collector; each is also USERSPAN_NAME, and "name" in the file of --config:',
    '',
    `  ${'--config FILE'.padEnd(30)}settings as JSON`,
    ...flags,
    '',
    CLIENT,
    '',
  ].join('\n');
}

function shownDefault(kind: string, value: unknown): string {
  return kind === 'bytes' && typeof value === 'number'
    ? value >= 2 ** 30
      ? `${value / 2 ** 30} GiB`
      : `${value / 2 ** 20} MiB`
    : String(value);
}
