import { describeChange, PriceFeedError } from '@userspan/pricing/feed';

import { readEnvironment } from '../config/environment.ts';
import { OptionsError, resolveOptions } from '../config/options.ts';
import { dayOf } from '../config/price-feed-options.ts';
import { settingsFromEnvironment, settingsFromFile, settingsFromFlags } from '../config/read-settings.ts';
import { FeedSourceError, isHttpSource } from '../prices/read-feed-text.ts';
import { updateFeed } from '../prices/update-feed.ts';
import { secureDataFolder } from '../wal/secure-data-folder.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/** LiteLLM's list of prices, which is updated daily. */
const DEFAULT_SOURCE =
  'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json';
const MAX_SHOWN = 40;

/**
 * `userspan prices update`: reads a price feed, checks it, and writes it to the data folder, from which a running
 * collector loads it within seconds. Prints the changes. If the feed is refused, the previous one stays and the exit
 * code is 1.
 */
export async function prices(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(
    args,
    {
      from: { type: 'string' },
      since: { type: 'string' },
      data: { type: 'string' },
      'price-feed': { type: 'string' },
      'price-feed-since': { type: 'string' },
      config: { type: 'string' },
    },
    true,
  );
  if (positionals.length !== 1 || positionals[0] !== 'update') {
    throw new OptionsError('The command is: userspan prices update [--from FILE|URL] [--since DAY].');
  }
  const environment = readEnvironment();
  const file = textFlag(flags, 'config') ?? environment['USERSPAN_CONFIG'];
  const { data, priceFeed, priceFeedSince } = resolveOptions(
    settingsFromFlags(flags),
    settingsFromEnvironment(environment),
    file === undefined ? {} : await settingsFromFile(file),
  );
  const from = textFlag(flags, 'from');
  if (
    from !== undefined &&
    !isHttpSource(from) &&
    /^[a-z][a-z\d+.-]*:\/\//i.test(from) &&
    !from.startsWith('file:')
  ) {
    throw new OptionsError(
      `--from must be a file or a URL such as https://prices.example.com/prices.json; got "${from}"`,
    );
  }
  const since = dayOf(textFlag(flags, 'since'), '--since') ?? priceFeedSince;
  await secureDataFolder(data);
  try {
    const source = from ?? priceFeed ?? DEFAULT_SOURCE;
    const nowMs = Date.now();
    const { accepted, changes, isNew } = await updateFeed({ dataDirectory: data, source, nowMs, since });
    const { feed, sha256 } = accepted;
    for (const change of changes.slice(0, MAX_SHOWN)) {
      process.stdout.write(`${describeChange(change)}\n`);
    }
    if (changes.length > MAX_SHOWN) {
      process.stdout.write(`… and ${changes.length - MAX_SHOWN} more\n`);
    }
    process.stdout.write(
      `${isNew ? 'accepted' : 'already in use'}: ${feed.rows.length} prices of ${feed.day}, ${feed.format}, sha256 ${sha256}\n`,
    );
    if (isNew && since === undefined && feed.format === 'litellm') {
      process.stdout.write(
        'This list has no dates: prices of new models apply from 30 days ago. For earlier calls, pass --since DAY.\n',
      );
    }
    return 0;
  } catch (error) {
    if (error instanceof PriceFeedError || error instanceof FeedSourceError) {
      process.stderr.write(`userspan: ${error.message}\nThe last valid prices stay in use.\n`);
      return 1;
    }
    throw error;
  }
}
