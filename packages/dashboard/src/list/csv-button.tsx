import { useState, type ReactElement } from 'react';
import { formatCompact } from '../format/count.ts';
import type { CsvField } from '../table/column.ts';
import { Icon } from '../ui/icon.tsx';

/** The list that is shown, with its filters, order and columns, as a file. */
export function CsvButton<Row>(props: {
  /** The request of the list, or what gives its rows where the page has them all. */
  readonly rows: string | (() => readonly Row[] | Promise<readonly Row[]>);
  readonly fields: readonly CsvField<Row>[];
  readonly fileName: string;
  /** Tells the lists of a page apart: `the rules`. */
  readonly what?: string;
  /** Not all of the list is there yet. */
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
