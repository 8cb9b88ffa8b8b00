import { useState, type ReactElement } from 'react';
import { formatCompact } from '../format/count.ts';
import type { CsvField } from '../table/column.ts';
import { Icon } from '../ui/icon.tsx';

/** Saves the list with its filters, order and columns as a CSV file. */
export function CsvButton<Row>(props: {
  /** The request path of the list, or a function that returns its rows if the page has all of them. */
  readonly rows: string | (() => readonly Row[] | Promise<readonly Row[]>);
  readonly fields: readonly CsvField<Row>[];
  readonly fileName: string;
  /** Names the list if a page has several, e.g. `the rules`. */
  readonly what?: string;
  /** Set while the list is not complete. */
  readonly disabled?: boolean;
}): ReactElement {
  const { rows, fields, fileName, what, disabled = false } = props;
  const [failure, setFailure] = useState(false);
  const [count, setCount] = useState<number>();
  const download = async (): Promise<void> => {
    setFailure(false);
    setCount(0);
    try {
      const { downloadListCsv, saveListCsv } = await import('./list-csv.ts');
      if (typeof rows === 'string') await downloadListCsv(rows, fields, fileName, setCount);
      else saveListCsv(await rows(), fields, fileName);
    } catch {
      setFailure(true);
    } finally {
      setCount(undefined);
    }
  };
  return (
    <button
      type="button"
      className={failure ? 'button quiet bad' : 'button quiet'}
      data-tip={failure ? 'The file could not be created. Try again.' : 'All rows of the list, as shown'}
      aria-label={what === undefined ? 'Download CSV' : `Download CSV of ${what}`}
      aria-busy={count !== undefined}
      disabled={disabled || count !== undefined}
      onClick={() => void download()}
    >
      <Icon name="download" />
      <span className="wide-only" role="status">
        {count === undefined ? 'CSV' : count === 0 ? 'CSV…' : `${formatCompact(count)} rows…`}
      </span>
    </button>
  );
}
