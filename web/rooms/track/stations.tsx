import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiError } from '#client/call.ts';
import { addStation, listStations, type StationTrouble } from '#counting/stations/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { clock } from '../../ui/format.ts';
import { Chips } from '../../ui/parts.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { SourceSetup } from './source-setup.tsx';
import { isLost, StationDrum, useHealthName, useTroubleText } from './station-drum.tsx';

const pageRows = 50;
/** What a station plays now is looked at this often while somebody watches. */
export const liveEveryMs = 5_000;

export type Station = {
  readonly id: string;
  readonly name: string;
  readonly url: string | null;
  readonly mount: string | null;
  readonly live: {
    readonly health: string;
    readonly trouble: StationTrouble | null;
    readonly since: string | null;
    readonly stationName: string | null;
    readonly format: string | null;
    readonly protocol: string | null;
    readonly lastSoundAt: string | null;
    readonly connections: number;
    readonly titleHint: string | null;
    readonly nowPlaying: readonly Playing[];
    readonly playsSinceStart: number;
  };
};
export type Playing = {
  readonly recordingId: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly since: string;
  readonly offsetMs: number;
  readonly speed: number;
  readonly confidence: number;
};

/** Broadcasts that are listened to day and night, each with what it plays now. */
export function Stations(): ReactNode {
  const { t } = useWords();
  const stations = usePages(listStations, { query: { limit: pageRows } }, { everyMs: liveEveryMs });
  const [adding, setAdding] = useState(false);
  const add = (
    <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
      {t('stations.add')}
    </Button>
  );
  return (
    <>
      <Heading title={t('stations.title')} actions={(stations.data?.length ?? 0) > 0 && add}>
        {t('stations.lead')}
      </Heading>
      <Answer of={stations} skeleton={<SkeletonRows rows={4} cover />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('stations.none')} boards action={add}>
              {t('stations.noneBody')}
            </Empty>
          ) : (
            <ul className="stations">
              {items.map((station) => (
                <Row key={station.id} station={station} />
              ))}
            </ul>
          )
        }
      </Answer>
      {stations.paging.hasMore && (
        <p className="more">
          <Button busy={stations.paging.loading} onClick={stations.paging.more}>
            {t('ui.showMore')}
          </Button>
        </p>
      )}
      {adding && <Add onClose={() => setAdding(false)} />}
    </>
  );
}

function Row({ station }: { station: Station }): ReactNode {
  const { t, f } = useWords();
  const healthName = useHealthName();
  const troubleText = useTroubleText();
  const { live } = station;
  const now = live.nowPlaying[0];
  return (
    <li>
      <StationDrum health={live.health} />
      <div className="sname">
        <Link href={`/app/track/stations/${station.id}`}>{station.name}</Link>
        <span className={isLost(live.health) ? 'badge warn' : 'badge'}>
          {healthName(live.health)}
        </span>
        {live.since !== null && (
          <span className="cap num">{t('stations.since', { time: f.moment(live.since) })}</span>
        )}
      </div>
      <div className="snow">
        {now !== undefined ? (
          <>
            <b className="clip">{now.title ?? t('track.unknown')}</b>
            <span className="cap clip num">
              {[
                ...(now.artist === null ? [] : [now.artist]),
                t('stations.at', { time: clock(now.offsetMs) }),
                t('stations.sure', { share: f.sure(now.confidence) }),
              ].join(' · ')}
            </span>
          </>
        ) : (
          <>
            <span className="clip soft">
              {live.health === 'running'
                ? t('stations.unknownNow')
                : live.trouble === null
                  ? t('stations.nothingNow')
                  : troubleText(live.trouble)}
            </span>
            <span className="cap clip num">
              {live.titleHint !== null
                ? t('stations.says', { title: live.titleHint })
                : live.lastSoundAt === null
                  ? t('stations.noSoundYet')
                  : t('stations.lastSoundAgo', { ago: f.ago(live.lastSoundAt) })}
            </span>
          </>
        )}
      </div>
      <span className="cap num r">{t('stations.playsSince', { count: live.playsSinceStart })}</span>
    </li>
  );
}

type Way = 'fetch' | 'send';

function Add({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [, go] = useLocation();
  const add = useAct(addStation, [listStations]);
  const [way, setWay] = useState<Way>('fetch');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [mount, setMount] = useState('');
  const wrong = add.error instanceof ApiError ? add.error : null;
  const shown = ['name', 'url', 'mount'];

  if (add.done !== undefined && way === 'send')
    return (
      <ShownOnce
        title={t('stations.sendTitle', { name })}
        warning={t('stations.passwordOnce')}
        meaning={t('stations.passwordOnceBody')}
        onClose={onClose}
      >
        <SourceSetup mount={mount} password={add.done.deviceKey} />
      </ShownOnce>
    );

  function send(event: FormEvent): void {
    event.preventDefault();
    const from = way === 'fetch' ? { url: url.trim() } : { mount };
    void add.run({ body: { name: name.trim(), ...from } }).then(
      ({ id }) => {
        if (way === 'fetch') go(`/app/track/stations/${id}`);
      },
      () => {}, // shown in the form
    );
  }
  return (
    <Dialog title={t('stations.add')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <Chips
          label={t('stations.way')}
          value={way}
          options={[
            { value: 'fetch', name: t('stations.fetch') },
            { value: 'send', name: t('stations.send') },
          ]}
          onChange={setWay}
        />
        <Field
          label={t('stations.name')}
          required
          maxLength={120}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          wrong={wrong?.field === 'name' ? wrong.message : undefined}
        />
        {way === 'fetch' ? (
          <Field
            label={t('stations.url')}
            hint={t('stations.urlHint')}
            type="url"
            inputMode="url"
            required
            minLength={8}
            maxLength={2_000}
            value={url}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            wrong={wrong?.field === 'url' ? wrong.message : undefined}
          />
        ) : (
          <Field
            label={t('stations.mountName')}
            hint={t('stations.mountHint', { address: `/live/${mount || 'studio-1'}` })}
            required
            autoCapitalize="none"
            spellCheck={false}
            pattern="[a-z0-9][a-z0-9._\-]{0,63}"
            maxLength={64}
            value={mount}
            onChange={({ currentTarget }) => setMount(currentTarget.value)}
            wrong={wrong?.field === 'mount' ? wrong.message : undefined}
          />
        )}
        {wrong !== null && !shown.includes(wrong.field ?? '') && <Problem error={wrong} />}
        <div className="row">
          <Button kind="main" type="submit" busy={add.busy}>
            {t('stations.add')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
