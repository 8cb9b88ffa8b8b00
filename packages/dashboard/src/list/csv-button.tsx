import { useState, type ReactElement } from 'react';
import { formatCompact } from '../format/count.ts';
import type { Column } from '../table/column.ts';
import { Icon } from '../ui/icon.tsx';

/** The list that is shown, with its filters, order and columns, as a file. */
export function CsvButton<Row>(props: {
  /** The request of the list. */
  readonly path: string;
  readonly columns: readonly Column<Row>[];
  readonly fileName: string;
}): ReactElement {
  const { path, columns, fileName } = props;
  const [failure, setFailure] = useState(false);
  const [rows, setRows] = useState<number>();
  const download = async (): Promise<void> => {
    setFailure(false);
    setRows(0);
    try {
      const { downloadListCsv } = await import('./list-csv.ts');
      await downloadListCsv(path, columns, fileName, setRows);
    } catch {
      setFailure(true);
    } finally {
      setRows(undefined);
    }
  };
  return (
    <button
      type="button"
      className={failure ? 'button quiet bad' : 'button quiet'}
      data-tip={failure ? 'The file could not be made. Try again.' : 'Exactly what is shown, all pages of it'}
      aria-label="Download CSV"
      aria-busy={rows !== undefined}
      disabled={rows !== undefined}
      onClick={() => void download()}
    >
      <Icon name="download" />
      <span className="wide-only" role="status">
        {rows === undefined ? 'CSV' : rows === 0 ? 'CSV…' : `${formatCompact(rows)} rows…`}
      </span>
    </button>
  );
}
