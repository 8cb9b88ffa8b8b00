import { useState, type ReactElement } from 'react';
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
  const download = async (): Promise<void> => {
    const { downloadListCsv } = await import('./list-csv.ts');
    await downloadListCsv(path, columns, fileName);
    setFailure(false);
  };
  return (
    <button
      type="button"
      className={failure ? 'button quiet bad' : 'button quiet'}
      data-tip={failure ? 'The file could not be made. Try again.' : 'Exactly what is shown, all pages of it'}
      aria-label="Download CSV"
      onClick={() => void download().catch(() => setFailure(true))}
    >
      <Icon name="download" />
      <span className="wide-only">CSV</span>
    </button>
  );
}
