import { writeCsv } from '../format/csv.ts';

/** Gives the reader a file. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Gives the reader rows as a CSV file, the head among them. Excel takes a file for UTF-8 only with a mark before it. */
export function saveCsvFile(name: string, rows: readonly (readonly unknown[])[]): void {
  saveFile(name, 'text/csv;charset=utf-8', `\uFEFF${writeCsv(rows)}`);
}
