import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listMixes, type MixOut, type PickedOut } from '#listening/recommend/contract.ts';
import { player, usePlayer } from '../../../player/use-player.ts';
import { useApi } from '../../../kit/api.ts';
import { useSession } from '../../../kit/session.tsx';
import { PlayButton } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { Head } from '../../../ui/parts.tsx';
import { Answer } from '../../../ui/state.tsx';
import { ShelfSkeleton } from '../shelf.tsx';
import { recordingHref, toTrack } from '../tracks.tsx';
import { TellTaste } from './taste.tsx';
import { useWords } from './words.ts';

const coversShown = 4;

/** The mixes of who is signed in, on the front page: what was made for today, and because of what. */
export function Mixes(): ReactNode {
  const { t } = useWords();
  const asked = useMixes();
  return (
    <Answer of={asked} skeleton={<ShelfSkeleton count={4} />}>
      {({ mixes, because, knowsTaste }) => (
        <>
          {!knowsTaste && <TellTaste />}
          {mixes.length > 0 && (
            <section aria-label={t('mixes.title')}>
              <Head title={t('mixes.title')} />
              <ul className="shelf">
                {mixes.map((mix) => (
                  <li key={mix.id} className="mixcard">
                    <MixCard mix={mix} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {because.map(({ of, items }) => (
            <section key={of.id} aria-label={t('mixes.because', { title: of.title })}>
              <Head title={t('mixes.because', { title: of.title })} />
              <RecordingShelf items={items} />
            </section>
          ))}
        </>
      )}
    </Answer>
  );
}

export function useMixes(familiar?: number) {
  const { me } = useSession();
  return useApi(listMixes, {
    query: {
      ...(me?.territory == null ? {} : { territory: me.territory }),
      ...(familiar === undefined ? {} : { familiar }),
    },
  });
}

export function useMixName(): (mix: Pick<MixOut, 'kind' | 'genre'>) => string {
  const { t } = useWords();
  return ({ kind, genre }) =>
    kind === 'genre' ? t('mixes.genre', { genre: genre ?? '' }) : t(`mixes.${kind}`);
}

function MixCard({ mix }: { mix: MixOut }): ReactNode {
  const { t } = useWords();
  const name = useMixName()(mix);
  const sounding = usePlayer(
    (state) => state.from === name && (state.status === 'playing' || state.status === 'loading'),
  );
  const artists = [...new Set(mix.items.map(({ recording }) => recording.artistName))];
  return (
    <>
      <Link href={`/app/listen/mixes/${encodeURIComponent(mix.id)}`}>
        <span className="quarters" aria-hidden="true">
          {mix.items.slice(0, coversShown).map(({ recording }) => (
            <Cover key={recording.id} id={recording.id} src={recording.coverUrl} />
          ))}
        </span>
        <b className="clip">{name}</b>
        <span className="cap clip">{artists.join(', ')}</span>
        <span className="cap clip">{t(`mixes.basis.${mix.basis}`)}</span>
      </Link>
      <PlayButton
        label={t(sounding ? 'player.pause' : 'player.play', { title: name })}
        playing={sounding}
        onClick={() =>
          sounding
            ? player.toggle()
            : player.play(
                mix.items.map(({ recording }) => toTrack(recording)),
                0,
                name,
              )
        }
      />
    </>
  );
}

function RecordingShelf({ items }: { items: readonly PickedOut[] }): ReactNode {
  return (
    <ul className="shelf">
      {items.map(({ recording }) => (
        <li key={recording.id}>
          <Link href={recordingHref(recording.id)}>
            <Cover id={recording.id} src={recording.coverUrl} />
            <b className="clip">{recording.title}</b>
            <span className="cap clip">{recording.artistName}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
