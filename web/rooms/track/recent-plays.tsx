import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { PlayState, Source, Unknown } from '#foundation/kernel/counting.ts';
import { listDevices, listRecentPlays } from '#counting/plays/contract.ts';
import { useApi, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { Select } from '../../ui/field.tsx';
import { clock } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Chips, Facts, Panel } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useSourceName } from '../../ui/sources.ts';
import { useWords } from './words.ts';

const pageRows = 50;
/** While the screen is open new plays come by themselves. */
const refreshEveryMs = 20_000;
const devicesMax = 200;
/** More chips than this push the plays off a phone. */
const chipsMax = 6;

type Play = {
  readonly playId: string;
  readonly recordingId: string | null;
  readonly title: string | null;
  readonly artist: string | null;
  readonly startedAt: string;
  readonly playedMs: number;
  readonly deviceName: string;
  readonly source: Source | Unknown;
  readonly state: PlayState | Unknown;
};

/** What my devices heard, latest first, by evening rather than as one long list. */
export function RecentPlays(): ReactNode {
  const { t } = useWords();
  const [deviceId, setDeviceId] = useState('');
  const devices = useApi(listDevices, { query: { limit: devicesMax } });
  const plays = usePages(
    listRecentPlays,
    { query: { limit: pageRows, ...(deviceId === '' ? {} : { deviceId: deviceId as never }) } },
    { everyMs: refreshEveryMs },
  );
  const known = devices.data?.items ?? [];
  const choices = [
    { value: '', name: t('track.allDevices') },
    ...known.map((device) => ({ value: device.id as string, name: device.name })),
  ];
  return (
    <>
      <Heading title={t('track.recent')}>{t('track.recentLead')}</Heading>
      {known.length > chipsMax ? (
        <Select
          label={t('track.device')}
          value={deviceId}
          options={choices}
          onChange={({ currentTarget }) => setDeviceId(currentTarget.value)}
        />
      ) : (
        <Chips
          label={t('track.device')}
          value={deviceId}
          options={choices}
          onChange={setDeviceId}
        />
      )}
      <div className="cols">
        <div>
          <Answer of={plays} skeleton={<SkeletonRows rows={12} cover />}>
            {(items) =>
              items.length === 0 ? <NoPlays hasDevices={known.length > 0} /> : <Log plays={items} />
            }
          </Answer>
          {plays.paging.hasMore && (
            <p className="more">
              <Button busy={plays.paging.loading} onClick={plays.paging.more}>
                {t('ui.showMore')}
              </Button>
            </p>
          )}
        </div>
        <Panel title={t('track.whatCounts')}>
          <Facts
            items={[
              { name: t('state.counted'), value: t('track.countedMeans') },
              { name: t('state.merged'), value: t('track.mergedMeans') },
              { name: t('state.unmatched'), value: t('track.unmatchedMeans') },
              { name: t('state.held'), value: t('track.heldMeans') },
              { name: t('state.rejected'), value: t('track.rejectedMeans') },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function NoPlays({ hasDevices }: { hasDevices: boolean }): ReactNode {
  const { t } = useWords();
  return (
    <Empty
      title={t('track.noPlays')}
      boards
      action={
        <Link className="btn btn-main" href={hasDevices ? '/app/track/log' : '/app/track/devices'}>
          {t(hasDevices ? 'track.log' : 'track.enrol')}
        </Link>
      }
    >
      {t(hasDevices ? 'track.noPlaysBody' : 'track.noDevicesBody')}
    </Empty>
  );
}

function Log({ plays }: { plays: readonly Play[] }): ReactNode {
  const { f } = useWords();
  const days = Map.groupBy(
    plays,
    (play) => f.weekday(Date.parse(play.startedAt)) + f.date(play.startedAt),
  );
  return [...days.values()].map((ofDay) => {
    const first = ofDay[0]!;
    return (
      <section key={first.playId} aria-label={f.date(first.startedAt)}>
        <div className="head">
          <h2>
            {f.weekday(Date.parse(first.startedAt))}, {f.date(first.startedAt)}
          </h2>
          <span className="cap num">{f.timeZone}</span>
        </div>
        <ol className="log">
          {ofDay.map((play) => (
            <Line key={play.playId} play={play} />
          ))}
        </ol>
      </section>
    );
  });
}

function Line({ play }: { play: Play }): ReactNode {
  const { t, f } = useWords();
  const sourceName = useSourceName();
  const unknown = play.recordingId === null;
  const stateNames: Readonly<Record<PlayState | Unknown, string>> = {
    counted: t('state.counted'),
    merged: t('state.merged'),
    unmatched: t('state.unmatched'),
    held: t('state.held'),
    rejected: t('state.rejected'),
    unknown: t('state.unknown'),
  };
  return (
    <li>
      <time dateTime={play.startedAt}>{f.time(play.startedAt)}</time>
      {unknown ? (
        <span className="unk" aria-hidden="true" />
      ) : (
        <Cover id={play.recordingId ?? ''} size="s" />
      )}
      <span className="what">
        {unknown ? (
          <b className="clip">{play.title ?? t('track.unknown')}</b>
        ) : (
          <Link className="clip" href={`/app/listen/recordings/${play.recordingId}`}>
            {play.title}
          </Link>
        )}
        <span className="cap clip">
          {play.artist !== null && `${play.artist} · `}
          {play.deviceName} · {sourceName(play.source)}
        </span>
      </span>
      <span className="cap q num">
        {t('track.heard', { time: clock(play.playedMs) })}
        <br />
        <span className="st">
          {play.state === 'counted' && <Icon name="check" />}
          {stateNames[play.state]}
        </span>
      </span>
    </li>
  );
}
