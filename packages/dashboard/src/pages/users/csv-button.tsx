import { useState, type ReactElement } from 'react';
import { Icon } from '../../ui/icon.tsx';

/** The list that is shown, with its filters, order and columns, as a file. */
export function CsvButton(props: {
  readonly path: string;
  readonly columns: readonly string[];
}): ReactElement {
  const [failure, setFailure] = useState(false);
  const download = async (): Promise<void> => {
    const { downloadUsersCsv } = await import('./users-csv.ts');
    setFailure(!(await downloadUsersCsv(props.path, props.columns)));
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
