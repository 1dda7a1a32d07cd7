import { createContext, type ReactNode, useContext, useId, useState } from 'react';
import { csvContentType, csvHead, csvRow } from '#foundation/kernel/csv.ts';
import { Button, IconButton } from './button.tsx';
import { download } from './download.ts';
import { Dialog } from './dialog.tsx';
import { Facts, Prov } from './parts.tsx';
import { useWords } from './words.tsx';

/** How a number was made. `terms` multiply or add up to it; `rows` are what it was computed from, and its CSV. */
export type Receipt = {
  readonly title: string;
  readonly terms?: readonly {
    readonly value: string;
    readonly name: string;
    readonly sign?: '×' | '+' | '−' | '÷' | '=';
  }[];
  readonly source: string;
  readonly provenance?: string | undefined;
  readonly period: string;
  readonly method: string;
  readonly assumptions?: string;
  readonly rows?: {
    readonly fileName: string;
    readonly header: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  };
};

const shownRowsMax = 12;

function ReceiptBody({ receipt }: { receipt: Receipt }): ReactNode {
  const { t, f } = useWords();
  const { rows } = receipt;
  return (
    <div className="receipt-body">
      {receipt.terms !== undefined && (
        <div className="eq">
          {receipt.terms.map((term, index) => (
            <div key={term.name} className="term">
              {index > 0 && <span aria-hidden={term.sign === undefined}>{term.sign ?? '+'}</span>}
              <div className={term.sign === '=' ? 'sum' : undefined}>
                <b>{term.value}</b>
                <span className="cap">{term.name}</span>
              </div>
            </div>
          ))}
        </div>
      )}
      <Facts
        items={[
          {
            name: t('receipt.source'),
            value:
              receipt.provenance === undefined ? (
                receipt.source
              ) : (
                <>
                  <Prov kind={receipt.provenance} /> {receipt.source}
                </>
              ),
          },
          { name: t('receipt.period'), value: receipt.period },
          { name: t('receipt.method'), value: receipt.method },
          {
            name: t('receipt.assumptions'),
            value: receipt.assumptions ?? t('receipt.noAssumptions'),
          },
          ...(rows === undefined
            ? []
            : [{ name: t('receipt.rows'), value: f.number(rows.rows.length) }]),
        ]}
      />
      {rows !== undefined && rows.rows.length > 0 && (
        <>
          <table className="table">
            <thead>
              <tr>
                {rows.header.map((name, index) => (
                  <th key={name} scope="col" className={index === 0 ? undefined : 'r'}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.rows.slice(0, shownRowsMax).map((row, index) => (
                <tr key={index}>
                  {row.map((value, column) => (
                    <td key={column} className={column === 0 ? undefined : 'r'}>
                      {typeof value === 'number' ? f.number(value) : (value ?? '–')}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <div className="row">
            <Button
              icon="file"
              onClick={() =>
                download(
                  rows.fileName,
                  csvHead(rows.header) + rows.rows.map(csvRow).join(''),
                  csvContentType,
                )
              }
            >
              {t('receipt.csv', { count: rows.rows.length })}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

type Place = {
  readonly open: string | null;
  readonly show: (id: string | null, receipt: Receipt | null) => void;
  readonly panelId: string;
};
const PlaceContext = createContext<Place | null>(null);

/**
 * A figure that opens how it was made: below its row of key figures when it stands in one, else from the
 * side, so that a table is not torn apart.
 */
export function Door({
  children,
  receipt,
  className,
}: {
  children: ReactNode;
  receipt: () => Receipt;
  className?: string;
}): ReactNode {
  const id = useId();
  const place = useContext(PlaceContext);
  const [shown, setShown] = useState<Receipt | null>(null);
  const expanded = place === null ? shown !== null : place.open === id;
  return (
    <>
      <button
        type="button"
        className={`door num${className === undefined ? '' : ` ${className}`}`}
        aria-expanded={expanded}
        {...(place === null
          ? { 'aria-haspopup': 'dialog' as const }
          : { 'aria-controls': place.panelId })}
        onClick={() =>
          place === null
            ? setShown(receipt())
            : place.show(expanded ? null : id, expanded ? null : receipt())
        }
      >
        {children}
      </button>
      {shown !== null && (
        <Dialog drawer title={shown.title} onClose={() => setShown(null)}>
          <ReceiptBody receipt={shown} />
        </Dialog>
      )}
    </>
  );
}

export type Figure = {
  readonly name: string;
  readonly value: ReactNode;
  readonly receipt?: (() => Receipt) | undefined;
  /** The interval of an estimate, or what a plain count covers. */
  readonly range?: ReactNode;
  readonly provenance?: string | undefined;
};

/** Key figures; each is a door and its receipt opens right below. */
export function Kpis({ figures }: { figures: readonly Figure[] }): ReactNode {
  const { t } = useWords();
  const panelId = useId();
  const [open, setOpen] = useState<{ id: string; receipt: Receipt } | null>(null);
  const show: Place['show'] = (id, receipt) =>
    setOpen(id === null || receipt === null ? null : { id, receipt });
  return (
    <PlaceContext.Provider value={{ open: open?.id ?? null, show, panelId }}>
      <dl className="kpis">
        {figures.map((figure) => (
          <div key={figure.name} className="kpi">
            <dt>{figure.name}</dt>
            <dd className="big num">
              {figure.receipt === undefined ? (
                figure.value
              ) : (
                <Door receipt={figure.receipt}>{figure.value}</Door>
              )}
            </dd>
            {figure.range !== undefined && <dd className="range">{figure.range}</dd>}
            {figure.provenance !== undefined && (
              <dd>
                <Prov kind={figure.provenance} />
              </dd>
            )}
          </div>
        ))}
      </dl>
      {open !== null && (
        <section className="receipt" id={panelId} aria-label={open.receipt.title}>
          <header className="dialog-head">
            <h2>{open.receipt.title}</h2>
            <IconButton
              icon="x"
              label={t('ui.close')}
              className="push"
              onClick={() => setOpen(null)}
            />
          </header>
          <ReceiptBody receipt={open.receipt} />
        </section>
      )}
    </PlaceContext.Provider>
  );
}
