import { type ReactNode, Suspense, useState } from 'react';
import { Link, useLocation } from 'wouter';
import {
  listStations,
  openStation,
  removeStation,
  stationLog,
} from '#counting/stations/contract.ts';
import { AskOutside, useOutsideServices } from '../../kit/outside-services.ts';
import { useAct, useApi, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { clock } from '../../ui/format.ts';
import { Facts, Missing, Panel } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonBox, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';
import { SourceSetup } from './source-setup.tsx';
import { StationDrum, useHealthName, useTroubleText } from './station-drum.tsx';
import { liveEveryMs, type Station } from './stations.tsx';

const pageRows = 50;
const logEveryMs = 20_000;
const panelHeightPx = 280;
/** Half a per cent is what two good turntables differ by; it says nothing. */
const speedShownFrom = 0.005;

type Detection = {
  readonly id: string;
  readonly recordingId: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly startedAt: string;
  readonly heardMs: number;
  readonly coverage: number | null;
  readonly speed: number;
  readonly confidence: number;
  readonly outcome: string | null;
};

/** One station: how it does, what sounds now, and what it has played. */
export function StationScreen({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const station = useApi(
    openStation,
    { params: { id: id as never } },
    { everyMs: liveEveryMs, freshMs: 0 },
  );
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Heading
        title={station.data?.name ?? t('stations.title')}
        actions={
          station.data !== undefined && (
            <Button onClick={() => setRemoving(true)}>{t('stations.remove')}</Button>
          )
        }
      >
        <Link href="/app/track/stations">{t('stations.all')}</Link>
      </Heading>
      <Answer of={station} skeleton={<SkeletonBox heightPx={panelHeightPx} />}>
        {(shown) => (
          <div className="cols even">
            <NowPlaying station={shown} />
            <Health station={shown} />
          </div>
        )}
      </Answer>
      {station.data !== undefined && <Log id={id} />}
      {station.data?.mount != null && (
        <Panel title={t('stations.sendTitle', { name: station.data.name })} className="below">
          <SourceSetup mount={station.data.mount} password={null} />
        </Panel>
      )}
      {removing && station.data !== undefined && (
        <Remove id={id} name={station.data.name} onClose={() => setRemoving(false)} />
      )}
    </>
  );
}

function NowPlaying({ station }: { station: Station }): ReactNode {
  const { t, f } = useWords();
  const { live } = station;
  return (
    <Panel title={t('stations.now')}>
      {live.nowPlaying.length === 0 ? (
        <div className="onair">
          <span className="unk" aria-hidden="true" />
          <div>
            <b>{t(live.health === 'running' ? 'stations.unknownNow' : 'stations.nothingNow')}</b>
            {live.titleHint !== null && (
              <span className="cap">{t('stations.says', { title: live.titleHint })}</span>
            )}
          </div>
        </div>
      ) : (
        live.nowPlaying.map((playing) => (
          <div key={playing.recordingId} className="onair">
            <Cover id={playing.recordingId} size="s" />
            <div>
              <Link href={`/app/listen/recordings/${playing.recordingId}`}>
                {playing.title ?? t('track.unknown')}
              </Link>
              <span className="cap">{playing.artist}</span>
              <span className="cap num">
                {[
                  t('stations.since', { time: f.moment(playing.since) }),
                  t('stations.at', { time: clock(playing.offsetMs) }),
                  t('stations.sure', { share: f.sure(playing.confidence) }),
                  ...(Math.abs(playing.speed - 1) < speedShownFrom
                    ? []
                    : [t('stations.speed', { share: f.percent(playing.speed, 1) })]),
                ].join(' · ')}
              </span>
            </div>
          </div>
        ))
      )}
      {live.nowPlaying.length > 0 && live.titleHint !== null && (
        <p className="cap">{t('stations.says', { title: live.titleHint })}</p>
      )}
    </Panel>
  );
}

function Health({ station }: { station: Station }): ReactNode {
  const { t, f } = useWords();
  const healthName = useHealthName();
  const troubleText = useTroubleText();
  const { live } = station;
  return (
    <Panel title={t('stations.health')}>
      <div className="onair">
        <StationDrum health={live.health} />
        <div>
          <b>{healthName(live.health)}</b>
          <span className="cap">
            {[
              ...(live.since === null ? [] : [t('stations.since', { time: f.moment(live.since) })]),
              ...(live.trouble === null ? [] : [troubleText(live.trouble)]),
            ].join(' · ')}
          </span>
        </div>
      </div>
      <Facts
        items={[
          {
            name: t('stations.from'),
            value: station.url ?? <span className="mono">/live/{station.mount}</span>,
          },
          ...(live.stationName === null
            ? []
            : [{ name: t('stations.itsName'), value: live.stationName }]),
          ...(live.format === null
            ? []
            : [
                {
                  name: t('stations.format'),
                  value: [live.format, live.protocol].filter(Boolean).join(', '),
                },
              ]),
          {
            name: t('stations.lastSound'),
            value:
              live.lastSoundAt === null ? (
                <Missing why={t('stations.noSoundYet')} />
              ) : (
                <span title={f.dateTime(live.lastSoundAt)}>{f.ago(live.lastSoundAt)}</span>
              ),
          },
          { name: t('stations.connections'), value: f.number(live.connections) },
        ]}
      />
    </Panel>
  );
}

function Log({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const log = usePages(
    stationLog,
    { params: { id: id as never }, query: { limit: pageRows } },
    { everyMs: logEveryMs },
  );
  return (
    <Panel title={t('stations.log')} className="below">
      <Answer of={log} skeleton={<SkeletonRows rows={6} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('stations.noLog')}>{t('stations.noLogBody')}</Empty>
          ) : (
            <LogTable items={items} paging={log.paging} />
          )
        }
      </Answer>
    </Panel>
  );
}

function LogTable({
  items,
  paging,
}: {
  items: readonly Detection[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t, f } = useWords();
  const services = useOutsideServices();
  const [asking, setAsking] = useState<Detection | null>(null);
  const outcomeNames: Readonly<Record<string, string>> = {
    counted: t('state.counted'),
    duplicate: t('track.alreadyCounted'),
    unmatched: t('state.unmatched'),
  };
  const columns: readonly Column<Detection>[] = [
    {
      key: 'what',
      title: t('plays.recording'),
      head: true,
      sort: (one) => one.title,
      render: (one) => (
        <span className="named">
          <Cover id={one.recordingId} size="xs" />
          <span>
            <Link href={`/app/listen/recordings/${one.recordingId}`}>
              {one.title ?? t('track.unknown')}
            </Link>
            <small>{one.artist}</small>
          </span>
        </span>
      ),
    },
    {
      key: 'when',
      title: t('stations.startedAt'),
      number: true,
      sort: (one) => one.startedAt,
      render: (one) => (
        <span className="when">
          {f.time(one.startedAt)}
          <small>{f.date(one.startedAt)}</small>
        </span>
      ),
    },
    {
      key: 'heard',
      title: t('stations.heard'),
      number: true,
      sort: (one) => one.heardMs,
      render: (one) => clock(one.heardMs),
    },
    {
      key: 'coverage',
      title: t('stations.coverage'),
      number: true,
      wide: true,
      sort: (one) => one.coverage,
      render: (one) =>
        one.coverage === null ? <Missing why={t('studio.noLength')} /> : f.percent(one.coverage, 0),
    },
    {
      key: 'speed',
      title: t('stations.speedHead'),
      number: true,
      wide: true,
      sort: (one) => one.speed,
      render: (one) => f.percent(one.speed, 1),
    },
    {
      key: 'sure',
      title: t('stations.confidence'),
      number: true,
      wide: true,
      sort: (one) => one.confidence,
      render: (one) => f.sure(one.confidence),
    },
    {
      key: 'outcome',
      title: t('stations.outcome'),
      wide: true,
      render: (one) =>
        one.outcome === null ? t('stations.onItsWay') : (outcomeNames[one.outcome] ?? one.outcome),
    },
    ...(services.length === 0
      ? []
      : [
          {
            key: 'outside',
            title: t('outside.title'),
            wide: true,
            render: (one: Detection) => (
              <Button onClick={() => setAsking(one)}>{t('outside.askOne')}</Button>
            ),
          },
        ]),
  ];
  return (
    <>
      <DataTable
        label={t('stations.log')}
        columns={columns}
        rows={items}
        rowKey={(one) => one.id}
        paging={paging}
      />
      {asking !== null && (
        <Suspense>
          <AskOutside
            subject={{ recordingId: asking.recordingId }}
            name={asking.title ?? t('track.unknown')}
            services={services}
            onClose={() => setAsking(null)}
          />
        </Suspense>
      )}
    </>
  );
}

function Remove({
  id,
  name,
  onClose,
}: {
  id: string;
  name: string;
  onClose: () => void;
}): ReactNode {
  const { t } = useWords();
  const [, go] = useLocation();
  const toast = useToast();
  const remove = useAct(removeStation, [listStations]);
  return (
    <Dialog title={t('stations.removeAsk', { name })} onClose={onClose}>
      <p>{t('stations.removeMeans')}</p>
      {remove.error !== null && <Problem error={remove.error} />}
      <div className="row">
        <Button
          kind="main"
          busy={remove.busy}
          onClick={() =>
            void remove.run({ params: { id: id as never } }).then(
              () => {
                toast(t('stations.removed', { name }));
                go('/app/track/stations', { replace: true });
              },
              () => {}, // said above the button
            )
          }
        >
          {t('stations.remove')}
        </Button>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
      </div>
    </Dialog>
  );
}
