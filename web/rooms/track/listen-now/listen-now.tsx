import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { clock } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Facts, Note, Panel } from '../../../ui/parts.tsx';
import { Empty, SkeletonBox } from '../../../ui/state.tsx';
import { useWords } from '../words.ts';
import { EnrolPhone } from './enrol-phone.tsx';
import { Rings } from './rings.tsx';
import type { QueuedPlay, Store, StoredDevice } from './store.ts';
import { useBattery } from './use-battery.ts';
import { type Ear, type Listening, useListening, useStore } from './use-listening.ts';
import './listen-now.css';

const placeholderPx = 560;

/** What this phone hears while the page is open. */
export function ListenNow(): ReactNode {
  const { t } = useWords();
  const store = useStore();
  useEffect(() => {
    document.title = `${t('now.title')} · Ngoma`;
  }, [t]);
  if (store === null) return <SkeletonBox heightPx={placeholderPx} />;
  if (store === 'none') return <Empty title={t('now.noStore')}>{t('now.noStoreBody')}</Empty>;
  return <WithStore store={store} />;
}

function WithStore({ store }: { store: Store }): ReactNode {
  const [device, setDevice] = useState<StoredDevice | null | 'reading'>('reading');
  useEffect(() => {
    void store.device().then(setDevice);
  }, [store]);
  if (device === 'reading') return <SkeletonBox heightPx={placeholderPx} />;
  if (device === null) {
    return (
      <EnrolPhone
        onEnrolled={(enrolled) => void store.keepDevice(enrolled).then(() => setDevice(enrolled))}
      />
    );
  }
  return (
    <Hearing
      store={store}
      device={device}
      onForget={() => void store.keepDevice(null).then(() => setDevice(null))}
    />
  );
}

function Hearing({
  store,
  device,
  onForget,
}: {
  store: Store;
  device: StoredDevice;
  onForget: () => void;
}): ReactNode {
  const { t } = useWords();
  const listening = useListening(store, device);
  const isOn = ['listening', 'starting', 'hidden'].includes(listening.ear);
  return (
    <div className={listening.ear === 'listening' ? 'listen-now listening' : 'listen-now'}>
      <section className="ear" aria-labelledby="heard">
        <div className="skin">
          <Rings rings={listening.rings} />
          <button
            type="button"
            aria-pressed={isOn}
            aria-label={t(isOn ? 'now.stop' : 'now.start')}
            onClick={isOn ? listening.stop : listening.start}
          >
            <Icon name={isOn ? 'pause' : 'mic'} />
          </button>
        </div>
        <Who listening={listening} />
        {listening.nowPlaying !== null && (
          <div className="row">
            <Button onClick={listening.disown}>{t('now.notThis')}</Button>
            <Link
              className="btn"
              href={`/app/listen/recordings/${listening.nowPlaying.recordingId}`}
            >
              <Icon name="play" />
              {t('now.playIt')}
            </Link>
          </div>
        )}
        <p className="promise soft">{t('now.promise')}</p>
        <div className="where">
          <span>
            {device.name}
            <br />
            <span className="cap">{t('now.countsAs')}</span>
          </span>
          <Button onClick={onForget}>{t('now.change')}</Button>
        </div>
      </section>
      <div className="heard">
        <Tonight listening={listening} />
        <Waiting listening={listening} />
        <Leaves listening={listening} />
      </div>
    </div>
  );
}

/** The one sentence that changes: what is heard, or why nothing is. */
function Who({ listening }: { listening: Listening }): ReactNode {
  const { t, f } = useWords();
  const { nowPlaying, hunch, ear, sounds, online, waitingStretches } = listening;
  const problem = useEarProblem(ear);
  const quiet =
    ear === 'off'
      ? { title: t('now.off'), body: t('now.offBody') }
      : ear === 'hidden'
        ? { title: t('now.hidden'), body: t('now.hiddenBody') }
        : ear === 'starting' || sounds === null
          ? { title: t('now.starting'), body: t('now.startingBody') }
          : sounds === 'silence'
            ? { title: t('now.silence'), body: t('now.silenceBody') }
            : !online && waitingStretches > 0
              ? { title: t('now.offline'), body: t('now.offlineBody') }
              : sounds === 'halting'
                ? { title: t('now.talk'), body: t('now.talkBody') }
                : { title: t('now.unknown'), body: t('now.unknownBody') };
  const said = problem ?? quiet;
  const isOn = problem === null && ear === 'listening';
  const isHeard = nowPlaying !== null && isOn;
  const named = !isOn ? null : (nowPlaying?.name ?? hunch);
  return (
    <div className="who" role="status" aria-live="polite">
      <p className="cap">
        {isHeard
          ? t('now.sure', {
              time: clock(nowPlaying.playedMs),
              offset: clock(nowPlaying.offsetMs),
              percent: f.sure(nowPlaying.confidence),
            })
          : isOn
            ? t(named === null ? 'now.listening' : 'now.perhaps')
            : ' '}
      </p>
      <h1 id="heard">{named === null ? said.title : named.title}</h1>
      <p className="soft">{named === null ? said.body : named.artist}</p>
    </div>
  );
}

function useEarProblem(ear: Ear): { readonly title: string; readonly body: string } | null {
  const { t } = useWords();
  switch (ear) {
    case 'insecure':
      return { title: t('now.insecure'), body: t('now.insecureBody') };
    case 'denied':
      return { title: t('now.denied'), body: t('now.deniedBody') };
    case 'missing':
      return { title: t('now.missing'), body: t('now.missingBody') };
    case 'busy':
      return { title: t('now.busy'), body: t('now.busyBody') };
    case 'failed':
      return { title: t('now.failed'), body: t('now.failedBody') };
    default:
      return null;
  }
}

function Tonight({ listening }: { listening: Listening }): ReactNode {
  const { t, f } = useWords();
  const { plays, nowPlaying, startedAtMs } = listening;
  return (
    <section aria-labelledby="tonight">
      <div className="head">
        <h2 id="tonight">{t('now.tonight')}</h2>
        {startedAtMs !== null && (
          <span className="cap num">{t('now.since', { time: f.time(startedAtMs) })}</span>
        )}
      </div>
      {plays.length === 0 && nowPlaying === null ? (
        <p className="soft">{t('now.nothingYet')}</p>
      ) : (
        <ol className="log">
          {nowPlaying !== null && (
            <Row
              startedAtMs={nowPlaying.firstHeardMs}
              recordingId={nowPlaying.recordingId}
              title={nowPlaying.name?.title ?? ''}
              artist={nowPlaying.name?.artist ?? ''}
              heard={t('now.now')}
              state={null}
            />
          )}
          {plays.map((play) => (
            <Row
              key={play.key}
              startedAtMs={play.startedAtMs}
              recordingId={play.recordingId}
              title={play.title}
              artist={play.artist}
              heard={t('track.heard', { time: clock(play.playedMs) })}
              state={play}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({
  startedAtMs,
  recordingId,
  title,
  artist,
  heard,
  state,
}: {
  startedAtMs: number;
  recordingId: string;
  title: string;
  artist: string;
  heard: string;
  state: QueuedPlay | null;
}): ReactNode {
  const { t, f } = useWords();
  return (
    <li>
      <time dateTime={new Date(startedAtMs).toISOString()}>{f.time(startedAtMs)}</time>
      <Cover id={recordingId} size="s" />
      <span className="what">
        <Link className="clip" href={`/app/listen/recordings/${recordingId}`}>
          {title}
        </Link>
        <span className="cap clip">{artist}</span>
      </span>
      <span className="cap q num">
        {heard}
        {state !== null && (
          <>
            <br />
            <span className="wait">
              <Icon
                name={
                  state.state === 'sent' ? 'check' : state.state === 'refused' ? 'warn' : 'offline'
                }
              />
              {t(
                state.state === 'sent'
                  ? 'now.sent'
                  : state.state === 'refused'
                    ? 'now.refused'
                    : 'now.onPhone',
              )}
            </span>
          </>
        )}
      </span>
    </li>
  );
}

function Waiting({ listening }: { listening: Listening }): ReactNode {
  const { t } = useWords();
  const { ear, nowPlaying, plays, waitingStretches, online, sending, trouble } = listening;
  // Where nobody listens any more, what was heard last is as good as over.
  const open = ear === 'off' && nowPlaying !== null ? 1 : 0;
  const waiting = open + plays.filter(({ state }) => state === 'waiting').length;
  const refused = plays.filter(({ state }) => state === 'refused');
  return (
    <>
      {trouble === 'device' && (
        <Note kind="error" title={t('now.deviceGone')}>
          {t('now.deviceGoneBody')}
        </Note>
      )}
      {trouble === 'full' && (
        <Note kind="warn" title={t('now.full')}>
          {t('now.fullBody')}
        </Note>
      )}
      {(waiting > 0 || waitingStretches > 0) && (
        <Note
          title={
            online
              ? t('now.waiting', { count: waiting })
              : t('now.waitingOffline', { count: waiting })
          }
        >
          <p>
            {waitingStretches > 0
              ? t('now.stretchesWait', { count: waitingStretches })
              : t('now.waitingBody')}
          </p>
          <p>
            <Button busy={sending} onClick={listening.send}>
              {t('now.sendNow')}
            </Button>
          </p>
        </Note>
      )}
      {refused.length > 0 && (
        <Note kind="warn" title={t('now.refusedTitle', { count: refused.length })}>
          <ul>
            {refused.map(({ key, title, outcome }) => (
              <li key={key}>
                {title}: {outcome}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}

function Leaves({ listening }: { listening: Listening }): ReactNode {
  const { t, f } = useWords();
  const battery = useBattery();
  const used =
    battery === null
      ? t('now.batteryUnknown')
      : battery.used === null
        ? f.percent(battery.level)
        : t('now.batteryUsed', { level: f.percent(battery.level), used: f.percent(battery.used) });
  return (
    <Panel title={t('now.leaves')}>
      <Facts
        items={[
          { name: t('now.sound'), value: t('now.never') },
          { name: t('now.fingerprint'), value: t('now.fingerprintSize') },
          { name: t('now.sentToday'), value: f.bytes(listening.bytesToday) },
          { name: t('now.sends'), value: t('now.sendsWhen') },
          { name: t('now.battery'), value: used },
        ]}
      />
      {battery?.isLow === true && <p className="soft">{t('now.batteryLow')}</p>}
    </Panel>
  );
}
