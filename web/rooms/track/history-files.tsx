import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError } from '#client/call.ts';
import { enrolDevice, listDevices, listRecentPlays } from '#counting/plays/contract.ts';
import { historyBytesMax, importHistory } from '#counting/plays/history-files/contract.ts';
import { minuteMs } from '#foundation/kernel/time.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { Facts, Note, Panel } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const devicesMax = 200;
const extensions =
  '.nml,.xml,.csv,.txt,.m3u,.m3u8,.session,.sqlite,.db,.history,application/octet-stream';

type Refused = { readonly where: string; readonly code: string; readonly message: string };
type Report = {
  readonly kind: string;
  readonly counted: number;
  readonly duplicates: number;
  readonly unmatched: number;
  readonly refused: number;
  readonly refusals: readonly Refused[];
};

/** What a DJ program wrote down while it played becomes plays of a deck; a file given twice counts once. */
export function HistoryFiles(): ReactNode {
  const { t } = useWords();
  const devices = useApi(listDevices, { query: { limit: devicesMax } });
  return (
    <>
      <Heading title={t('history.title')}>{t('history.lead')}</Heading>
      <Answer of={devices} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => {
          const decks = items.filter((one) => one.kind === 'deck' && one.revokedAt === null);
          return decks.length === 0 ? <NoDeck /> : <Upload decks={decks} />;
        }}
      </Answer>
    </>
  );
}

function NoDeck(): ReactNode {
  const { t } = useWords();
  const enrol = useAct(enrolDevice, [listDevices]);
  return (
    <Empty
      title={t('history.noDeck')}
      boards
      action={
        <Button
          kind="main"
          icon="plus"
          busy={enrol.busy}
          onClick={() =>
            void enrol.run({ body: { name: t('history.myDeck'), kind: 'deck' } }).catch(() => {})
          }
        >
          {t('history.addDeck')}
        </Button>
      }
    >
      {t('history.noDeckBody')}
      {enrol.error !== null && <Problem error={enrol.error} />}
    </Empty>
  );
}

function Upload({
  decks,
}: {
  decks: readonly { readonly id: string; readonly name: string }[];
}): ReactNode {
  const { t, f } = useWords();
  const send = useAct(importHistory, [listRecentPlays]);
  const [deviceId, setDeviceId] = useState(decks[0]?.id ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [startedAt, setStartedAt] = useState('');
  const wrong = send.error instanceof ApiError ? send.error : null;
  const needsStart = wrong?.code === 'START_NEEDED' || startedAt !== '';
  const tooLarge = file !== null && file.size > historyBytesMax;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (file === null) return;
    void send
      .run({
        query: {
          deviceId: deviceId as never,
          name: file.name,
          timeZone: f.timeZone,
          ...(startedAt === '' ? {} : { startedAt: new Date(startedAt).toISOString() }),
        },
        file: file.slice(0, file.size, 'application/octet-stream'),
      })
      .catch(() => {}); // shown in the form
  }
  return (
    <div className="cols">
      <div className="stack">
        <form className="panel stack" onSubmit={submit}>
          <FileDrop
            label={t('history.drop')}
            hint={t('history.dropHint', { size: f.bytes(historyBytesMax) })}
            accept={extensions}
            file={file === null ? null : `${file.name}, ${f.bytes(file.size)}`}
            onFile={(next) => {
              setFile(next);
              setStartedAt('');
              send.reset();
            }}
          />
          <Select
            label={t('history.deck')}
            value={deviceId}
            options={decks.map(({ id, name }) => ({ value: id, name }))}
            onChange={({ currentTarget }) => setDeviceId(currentTarget.value)}
          />
          {needsStart && (
            <Field
              label={t('history.startedAt')}
              hint={t('track.inZone', { zone: f.timeZone })}
              type="datetime-local"
              required
              max={new Date(Date.now() - new Date().getTimezoneOffset() * minuteMs)
                .toISOString()
                .slice(0, 16)}
              value={startedAt}
              onChange={({ currentTarget }) => setStartedAt(currentTarget.value)}
              wrong={wrong?.field === 'startedAt' ? wrong.message : undefined}
            />
          )}
          {tooLarge && (
            <Note kind="error" title={t('history.tooLarge')}>
              {t('history.tooLargeBody', { size: f.bytes(historyBytesMax) })}
            </Note>
          )}
          {wrong?.code === 'START_NEEDED' ? (
            <Note kind="warn" title={t('history.startNeeded')}>
              {t('history.startNeededBody')}
            </Note>
          ) : (
            wrong !== null && wrong.field !== 'startedAt' && <Problem error={wrong} />
          )}
          <div className="row">
            <Button kind="main" type="submit" busy={send.busy} disabled={file === null || tooLarge}>
              {file === null
                ? t('history.send')
                : t('history.sendSize', { size: f.bytes(file.size) })}
            </Button>
          </div>
        </form>
        {send.done !== undefined && <Outcome report={send.done} fileName={file?.name ?? ''} />}
      </div>
      <Panel title={t('history.where')}>
        <Facts
          items={[
            { name: 'Mixxx', value: t('history.mixxx') },
            { name: 'Traktor', value: t('history.traktor') },
            { name: 'Serato', value: t('history.serato') },
            { name: 'rekordbox', value: t('history.rekordbox') },
            { name: 'VirtualDJ', value: t('history.virtualdj') },
          ]}
        />
        <p className="cap">{t('history.zone', { zone: f.timeZone })}</p>
      </Panel>
    </div>
  );
}

function Outcome({ report, fileName }: { report: Report; fileName: string }): ReactNode {
  const { t, f } = useWords();
  const figures = [
    { name: t('history.counted'), value: report.counted },
    { name: t('history.duplicates'), value: report.duplicates },
    { name: t('history.unmatched'), value: report.unmatched },
    { name: t('history.refused'), value: report.refused },
  ];
  const columns: readonly Column<Refused>[] = [
    { key: 'where', title: t('history.entry'), head: true, render: (one) => one.where },
    { key: 'why', title: t('history.why'), render: (one) => one.message },
    {
      key: 'code',
      title: t('history.code'),
      wide: true,
      sort: (one) => one.code,
      render: (one) => <span className="mono">{one.code}</span>,
    },
  ];
  return (
    <Panel title={t('history.result', { name: fileName })}>
      <div className="stack" role="status">
        <dl className="sums">
          {figures.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{f.number(value)}</dd>
            </div>
          ))}
        </dl>
        {report.unmatched > 0 && <p className="soft">{t('history.unmatchedMeans')}</p>}
        {report.refusals.length > 0 && (
          <DataTable
            label={t('history.refused')}
            columns={columns}
            rows={report.refusals}
            rowKey={(one) => `${one.where}${one.code}${one.message}`}
          />
        )}
        {report.refused > report.refusals.length && (
          <p className="cap">
            {t('history.firstOnly', { shown: report.refusals.length, count: report.refused })}
          </p>
        )}
      </div>
    </Panel>
  );
}
