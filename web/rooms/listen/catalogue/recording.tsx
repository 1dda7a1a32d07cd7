import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import {
  getRecording,
  getRelease,
  type RecordingOut,
  type ReleaseOut,
} from '#catalogue/catalog/contract.ts';
import { SeekLine } from '../../../player/seek.tsx';
import { player, usePlayer } from '../../../player/use-player.ts';
import { useWaveform } from '../../../player/use-waveform.ts';
import { Rim, Wave } from '../../../player/wave.tsx';
import { useApi } from '../../../kit/api.ts';
import { Page } from '../../../kit/page.tsx';
import { useSession } from '../../../kit/session.tsx';
import { IconButton, PlayButton } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { clock } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Facts, Prov, Zigzag } from '../../../ui/parts.tsx';
import { Answer, SkeletonBox } from '../../../ui/state.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { useWords } from './words.ts';
import { Identifier } from './identifier.tsx';
import { PlaysFact } from './plays-fact.tsx';
import { ReleaseHead, ReleaseTracks } from './release.tsx';
import { recordingHref, toTrack } from '../tracks.tsx';
import { SimilarRecordings } from './similar.tsx';

/** One recording on the stage, and beside it the release it is from. */
export function Recording({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const recording = useApi(getRecording, { params: { id: id as never } });
  const releaseId = recording.data?.releases[0]?.id ?? recording.data?.releaseId ?? null;
  const release = useApi(
    getRelease,
    { params: { id: releaseId as never } },
    { enabled: releaseId !== null },
  );
  useFollowPlayer(id);
  return (
    <Page title={recording.data?.title ?? t('room.listen')} bare className="duo">
      <Answer page of={recording} skeleton={<section className="now" aria-busy="true" />}>
        {(shown) => (
          <>
            <Stage recording={shown} release={release.data} />
            <div className="rel">
              {releaseId !== null && (
                <Answer of={release} skeleton={<SkeletonBox heightPx={640} />}>
                  {(sleeve) => (
                    <>
                      <ReleaseHead release={sleeve} level={2} />
                      <ReleaseTracks release={sleeve} />
                      <Zigzag quiet />
                    </>
                  )}
                </Answer>
              )}
              {(releaseId === null || !release.isPending) && (
                <>
                  <RecordingFacts recording={shown} />
                  <SimilarRecordings id={shown.id} title={shown.title} />
                </>
              )}
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

/** The stage shows what sounds: when this recording ends or is skipped, the next one takes its place. */
function useFollowPlayer(id: string): void {
  const [, go] = useLocation();
  const currentId = usePlayer((state) => state.current?.recordingId ?? null);
  const wasCurrent = useRef(currentId === id);
  useEffect(() => {
    if (currentId === id) wasCurrent.current = true;
    else if (wasCurrent.current && currentId !== null) {
      wasCurrent.current = false;
      go(recordingHref(currentId), { replace: true });
    }
  }, [currentId, id, go]);
}

function Stage({
  recording,
  release,
}: {
  recording: RecordingOut;
  release: ReleaseOut | undefined;
}): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const { me } = useSession();
  const peaks = useWaveform(recording.id);
  const current = usePlayer((state) => state.current?.recordingId === recording.id);
  const status = usePlayer((state) => state.status);
  const position = usePlayer((state) => Math.floor(state.positionMs / 1000) * 1000);
  const duration = usePlayer((state) => (state.durationMs > 0 ? state.durationMs : 0));
  const sounding = current && (status === 'playing' || status === 'loading');
  const totalMs = current ? duration : (recording.durationMs ?? 0);
  const atMs = current ? position : 0;

  function start(): void {
    if (current) return player.toggle();
    const tracks = release?.trackList.map((track) => toTrack(track.recording)) ?? [];
    const index = tracks.findIndex((track) => track.recordingId === recording.id);
    if (index === -1) player.play([toTrack(recording)], 0, recording.title);
    else player.play(tracks, index, release?.title ?? recording.title);
  }

  async function share(): Promise<void> {
    const address = location.href;
    if (typeof navigator.share === 'function') {
      // A reader who closes the sheet has not met an error.
      await navigator
        .share({ title: recording.title, text: recording.artistName, url: address })
        .catch(() => {});
      return;
    }
    await navigator.clipboard.writeText(address);
    toast(t('recording.addressCopied'));
  }

  return (
    <section className="now" aria-label={recording.title}>
      <div className="row top">
        <Link className="btn btn-icon" href="/" aria-label={t('recording.back')}>
          <Icon name="chevronDown" />
        </Link>
        <span className="cap clip">{release?.title ?? recording.releaseTitle ?? ''}</span>
        <IconButton
          icon="share"
          label={t('recording.share')}
          className="push"
          onClick={() => void share()}
        />
      </div>
      <div className="disc">
        <Rim peaks={peaks} share={totalMs > 0 ? atMs / totalMs : 0} />
        <Cover id={recording.id} src={recording.coverUrl} />
      </div>
      <div>
        <h1>{recording.title}</h1>
        <p className="soft">
          <Artists recording={recording} />
        </p>
      </div>
      <div className="time">
        {current ? (
          <SeekLine peaks={peaks} />
        ) : (
          <div className="wavebox">{peaks !== null && <Wave peaks={peaks} share={0} />}</div>
        )}
        <div className="row cap num times">
          <span>{clock(atMs)}</span>
          <span className="push">{totalMs > 0 ? `−${clock(totalMs - atMs)}` : ''}</span>
        </div>
      </div>
      <div className="keys">
        <IconButton
          icon="previous"
          label={t('player.previous')}
          disabled={!current}
          onClick={player.previous}
        />
        <PlayButton
          label={t(sounding ? 'player.pause' : 'player.play', { title: recording.title })}
          playing={sounding}
          onClick={start}
        />
        <IconButton
          icon="next"
          label={t('player.next')}
          disabled={!current}
          onClick={player.next}
        />
      </div>
      {current && status === 'failed' && (
        <p className="cap" role="alert">
          {me === null ? (
            <Link href={`/app/sign-in?next=/app/listen/recordings/${recording.id}`}>
              {t('player.signIn')}
            </Link>
          ) : (
            t('player.failed')
          )}
        </p>
      )}
    </section>
  );
}

function Artists({ recording }: { recording: RecordingOut }): ReactNode {
  if (recording.artists.length === 0) return recording.artistName;
  return recording.artists.map((artist, index) => (
    <span key={artist.id}>
      {index > 0 && ', '}
      <Link href={`/app/listen/artists/${artist.id}`}>{artist.name}</Link>
    </span>
  ));
}

function RecordingFacts({ recording }: { recording: RecordingOut }): ReactNode {
  const { t, f } = useWords();
  const { me } = useSession();
  const writers = [
    ...new Set(recording.works.flatMap((work) => work.credits.map((credit) => credit.name))),
  ];
  const performers = [...new Set(recording.credits.map((credit) => credit.name))];
  const sound = [
    ...(recording.tempoBpm === null
      ? []
      : [t('recording.tempo', { bpm: Math.round(recording.tempoBpm) })]),
    ...(recording.musicKey === null ? [] : [recording.musicKey]),
  ];
  return (
    <Facts
      items={[
        ...(me === null
          ? []
          : [
              {
                name: t('plays.plays'),
                value: (
                  <PlaysFact
                    recordingId={recording.id}
                    title={recording.title}
                    provenance={recording.provenance}
                  />
                ),
              },
            ]),
        ...(writers.length === 0
          ? []
          : [{ name: t('recording.writtenBy'), value: f.list(writers) }]),
        ...(performers.length === 0
          ? []
          : [{ name: t('recording.madeBy'), value: f.list(performers) }]),
        ...(recording.genres.length === 0
          ? []
          : [{ name: t('recording.genre'), value: f.list(recording.genres) }]),
        ...(sound.length === 0 ? [] : [{ name: t('recording.sound'), value: f.list(sound) }]),
        ...(recording.year === null
          ? []
          : [{ name: t('recording.year'), value: String(recording.year) }]),
        { name: 'ISRC', value: <Identifier value={recording.isrc} valid={recording.isrcValid} /> },
        { name: t('plays.from'), value: <Prov kind={recording.provenance} /> },
      ]}
    />
  );
}
