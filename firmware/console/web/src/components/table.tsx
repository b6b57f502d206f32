// A table with its emptiness. On phones each row is a block of label and value, unless `keep`.
import type { ComponentChildren } from 'preact';
import { Empty } from './notes.tsx';

export interface Column<T> {
  id: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  end?: boolean; // numbers, to the right
}

export function Table<T>({ caption, columns, rows, id, empty, keep = false, onRow }: {
  caption: string; // for those who do not see it
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string | number;
  empty: string;
  keep?: boolean;
  onRow?: (row: T) => void; // a shortcut for the mouse; a link or button in a cell does the same
}) {
  if (rows.length === 0) return <Empty title={empty} />;
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={caption}>
      <table class={keep ? '' : 'stacks'}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" class={column.end ? 'end' : ''}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} class={onRow ? 'clickable' : ''} onClick={onRow ? () => onRow(row) : undefined}>
              {columns.map((column) => (
                <td key={column.id} data-label={column.title} class={column.end ? 'end' : ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
