import { SETTINGS } from '../config/settings.ts';

const COMMANDS: readonly (readonly [name: string, help: string])[] = [
  ['userspan [flags]', 'run the collector'],
  [
    'userspan doctor',
    'send a test span through every step, compare sums with calls, report what fails; --repair',
  ],
  ['userspan users', 'list users with their cost; --q TEXT --sort FIELD --limit N --json'],
  ['userspan export USER', 'write everything about a user as JSON lines; --out FILE'],
  ['userspan erase USER', 'erase a user everywhere and print a receipt; --yes'],
  ['userspan alert', 'create an alert and its channel; --each user --usd 1 --window day --webhook URL'],
  ['userspan apply [FILE]', 'change alerts, budgets and channels to match userspan.config.json; --dry-run'],
  [
    'userspan meter',
    'send usage to billing systems; --dry-run --reconcile --uncertain list|sent|again --exporter ID --format csv|ndjson|focus',
  ],
  [
    'userspan prices update',
    'give the collector of a data folder newer prices; --from FILE|URL --since DAY --data DIR',
  ],
  [
    'userspan revenue FILE',
    'import revenue from a CSV file with the columns user or group, month, usd; --source NAME',
  ],
  ['userspan backup FOLDER', 'copy the data folder, also while the collector runs; --data DIR'],
  ['userspan restore FOLDER', 'create a data folder from a backup; --data DIR'],
  ['userspan token', 'generate a token; --permission ingest|read|admin|browser --project NAME'],
  ['userspan bench', 'send synthetic calls; --seconds N --connections N --spans-per-request N --rate N'],
];

const CLIENT =
  'doctor, users, export, erase, alert, apply, meter, revenue and bench accept --url URL and --token SECRET (USERSPAN_URL, USERSPAN_TOKEN).';

/** The output of `userspan --help`. */
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
    'Flags of the collector. Each can also be set as the variable USERSPAN_NAME, or as "name" in the file of --config:',
    '',
    `  ${'--config FILE'.padEnd(30)}JSON file with settings`,
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
