import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { Button } from './button.tsx';
import { useWords } from './words.tsx';

export type Column<Row> = {
  readonly key: string;
  readonly title: ReactNode;
  readonly render: (row: Row) => ReactNode;
  /** What to sort by; without it the column cannot be sorted. Missing values sort last either way. */
  readonly sort?: (row: Row) => string | number | null;
  readonly number?: boolean;
  /** Left out on a narrow screen. */
  readonly wide?: boolean;
  /** The column that names the row. */
  readonly head?: boolean;
  /** The column's total. */
  readonly foot?: ReactNode;
};

type Order = { readonly key: string; readonly down: boolean };

export type Paging = {
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly more: () => void;
};

/** A dense table: sticky head, sortable, numbers right and tabular, arrows move between rows, pages by cursor. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  order: first,
  paging,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  order?: Order;
  paging?: Paging;
}): ReactNode {
  const { t, locale } = useWords();
  const [order, setOrder] = useState<Order | null>(first ?? null);
  const sorted = useMemo(
    () => sortRows(rows, columns, order, locale),
    [rows, columns, order, locale],
  );
  const cut = (column: Column<Row>) =>
    [column.number === true ? 'r' : '', column.wide === true ? 'wide-only' : ''].join(' ').trim() ||
    undefined;
  return (
    <div className="scroll">
      <table className="table" onKeyDown={moveBetweenRows}>
        <caption className="sr">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const by = order?.key === column.key ? order : null;
              return (
                <th
                  key={column.key}
                  scope="col"
                  className={cut(column)}
                  aria-sort={by === null ? undefined : by.down ? 'descending' : 'ascending'}
                >
                  {column.sort === undefined ? (
                    column.title
                  ) : (
                    <button
                      type="button"
                      onClick={() =>
                        setOrder({
                          key: column.key,
                          down: by === null ? column.number === true : !by.down,
                        })
                      }
                    >
                      {column.title}
                      <span aria-hidden="true">{by === null ? '' : by.down ? '▼' : '▲'}</span>
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) =>
                column.head === true ? (
                  <th key={column.key} scope="row" className={cut(column)}>
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.key} className={cut(column)}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {columns.some((column) => column.foot !== undefined) && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td key={column.key} className={cut(column)}>
                  {column.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {paging?.hasMore === true && (
        <p className="more">
          <Button busy={paging.loading} onClick={paging.more}>
            {paging.loading ? t('ui.loading') : t('ui.showMore')}
          </Button>
        </p>
      )}
    </div>
  );
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | null,
  locale: string,
): readonly Row[] {
  const by = columns.find((column) => column.key === order?.key)?.sort;
  if (by === undefined || order === null) return rows;
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = order.down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = by(one);
    const b = by(other);
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return (
      sign *
      (typeof a === 'number' && typeof b === 'number'
        ? a - b
        : collator.compare(String(a), String(b)))
    );
  });
}

/** Up and down go to the same column of the next row that has something to press. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const cell = (event.target as HTMLElement).closest('td, th');
  if (!(cell instanceof HTMLTableCellElement)) return;
  const step = event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling';
  let row = cell.parentElement?.[step] ?? null;
  while (row !== null) {
    const target = row.children[cell.cellIndex]?.querySelector<HTMLElement>(
      'a, button, input, select',
    );
    if (target != null) {
      event.preventDefault();
      target.focus();
      return;
    }
    row = row[step];
  }
}
