import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { similarArtists, similarRecordings } from '#listening/recommend/contract.ts';
import { useApi } from '../../../kit/api.ts';
import { Cover } from '../../../ui/cover.tsx';
import { Head } from '../../../ui/parts.tsx';
import { RadioButton } from '../radio-button.tsx';
import { TrackList } from '../tracks.tsx';
import { useWords } from './words.ts';

const shown = 8;

// Both are beside what the screen is of: where nothing is known they are left out, and where they fail the screen stands.

export function SimilarRecordings({ id, title }: { id: string; title: string }): ReactNode {
  const { t } = useWords();
  const found = useApi(similarRecordings, { params: { id: id as never }, query: { limit: shown } });
  if ((found.data?.items.length ?? 0) === 0) return null;
  return (
    <section aria-label={t('similar.recordings')} className="below">
      <Head title={t('similar.recordings')}>
        <RadioButton from={`recording:${id}`} title={title} />
      </Head>
      <p className="cap">
        {t(`similar.${found.data!.basis === 'listening' ? 'heard' : 'content'}`)}
      </p>
      <TrackList recordings={found.data!.items} from={t('similar.to', { title })} />
    </section>
  );
}

export function SimilarArtists({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const found = useApi(similarArtists, { params: { id: id as never }, query: { limit: shown } });
  if ((found.data?.items.length ?? 0) === 0) return null;
  return (
    <section aria-label={t('similar.artists')}>
      <Head title={t('similar.artists')}>
        <span className="cap">
          {t(`similar.${found.data!.basis === 'listening' ? 'heard' : 'content'}`)}
        </span>
      </Head>
      <ul className="people">
        {found.data!.items.map((artist) => (
          <li key={artist.id}>
            <Link href={`/app/listen/artists/${artist.id}`}>
              <Cover id={artist.id} size="s" />
              <span>
                <b className="clip">{artist.name}</b>
                <span className="cap num">
                  {t('listen.recordings', { count: artist.recordings })}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
