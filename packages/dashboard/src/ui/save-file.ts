import { writeCsv } from '../format/csv.ts';

/** Saves a file with the browser's download. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Saves rows, including the header, as a CSV file. Excel recognizes UTF-8 only with a byte order mark. */
export function saveCsvFile(name: string, rows: readonly (readonly unknown[])[]): void {
  saveFile(name, 'text/csv;charset=utf-8', `\uFEFF${writeCsv(rows)}`);
}
