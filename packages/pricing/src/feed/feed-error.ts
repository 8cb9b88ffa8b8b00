/** One mistake in a feed. */
export interface FeedProblem {
  /** Line of the file, from 1; absent if the mistake is not in a single line. */
  readonly line?: number;
  /** Path in the file's data, for example `models["openai:gpt-4o"][0].input`. */
  readonly path?: string;
  readonly message: string;
}

const MAX_SHOWN = 10;

/** Thrown for an invalid feed. `message` names every mistake with its line; `problems` has them as data. */
export class PriceFeedError extends Error {
  override readonly name = 'PriceFeedError';
  readonly problems: readonly FeedProblem[];

  constructor(problems: readonly FeedProblem[]) {
    const shown = problems.slice(0, MAX_SHOWN).map(describe);
    const more = problems.length > MAX_SHOWN ? `\n… and ${String(problems.length - MAX_SHOWN)} more` : '';
    super(`price feed refused: ${shown.join('\n')}${more}`);
    this.problems = problems;
  }
}

function describe({ line, path, message }: FeedProblem): string {
  const where = [line === undefined ? '' : `line ${String(line)}`, path ?? ''].filter((part) => part !== '');
  return where.length === 0 ? message : `${where.join(', ')}: ${message}`;
}
