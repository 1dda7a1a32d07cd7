import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useWords } from './words.tsx';

/** One line or bar group. A value that is not known is null: it is hatched, never drawn as 0 and never bridged. */
export type Series = { readonly name: string; readonly values: readonly (number | null)[] };

export type ChartProps = {
  readonly title: string;
  readonly kind: 'line' | 'stacked';
  /** What each value belongs to, in order: days, months, names. */
  readonly x: readonly string[];
  readonly xName: string;
  readonly series: readonly Series[];
  readonly formatX: (x: string) => string;
  readonly format: (value: number) => string;
  /** The chart in one sentence, for those who do not see it. */
  readonly summary: string;
  readonly note?: ReactNode;
  readonly heightPx?: number;
};

// The library is as big as everything else together, so it is fetched only where a chart is on the screen.
const Canvas = lazy(() =>
  import('./chart-canvas.tsx').then((module) => ({ default: module.ChartCanvas })),
);

export function Chart(props: ChartProps): ReactNode {
  const { t } = useWords();
  const [asTable, setAsTable] = useState(false);
  const heightPx = props.heightPx ?? 240;
  return (
    <figure className="panel chart">
      <figcaption className="panel-head">
        <h2>{props.title}</h2>
        <button
          type="button"
          className="link push"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t('chart.chart') : t('chart.table')}
        </button>
      </figcaption>
      {asTable ? (
        <ChartTable {...props} />
      ) : (
        <div role="img" aria-label={props.summary} style={{ height: heightPx }}>
          <Suspense fallback={<div className="skel late" style={{ height: heightPx }} />}>
            <Canvas {...props} />
          </Suspense>
        </div>
      )}
      {props.note !== undefined && <p className="cap">{props.note}</p>}
    </figure>
  );
}

function ChartTable({ title, x, xName, series, formatX, format }: ChartProps): ReactNode {
  const { t } = useWords();
  return (
    <div className="chart-table">
      <table className="table">
        <caption className="sr">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{xName}</th>
            {series.map((one) => (
              <th key={one.name} scope="col" className="r">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {x.map((at, index) => (
            <tr key={at}>
              <th scope="row">{formatX(at)}</th>
              {series.map((one) => {
                const value = one.values[index] ?? null;
                return (
                  <td key={one.name} className="r">
                    {value === null ? (
                      <span className="null">{t('chart.missing')}</span>
                    ) : (
                      format(value)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
