/** One mistake in a feed. */
export interface FeedProblem {
  /** Line of the file, from 1; absent where the mistake is in no single line. */
  readonly line?: number;
  /** Where in the file's data, for example `models["openai:gpt-4o"][0].input`. */
  readonly path?: string;
  readonly message: string;
}

const MAX_SHOWN = 10;

/** A feed that is refused. `message` names every mistake with its line, `problems` are the same as data. */
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
