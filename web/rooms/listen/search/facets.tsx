import type { ReactNode } from 'react';
import type { SearchOut } from '#listening/search/contract.ts';
import { useWords } from './words.ts';

/** What the reader narrowed the search to. */
export type Chosen = {
  readonly kind: string | null;
  readonly genre: string | null;
  readonly year: number | null;
};

const genresShown = 6;
const yearsShown = 12;
export const kindNames = {
  artist: 'results.artists',
  recording: 'results.recordings',
  release: 'results.releases',
  playlist: 'results.playlists',
  label: 'results.labels',
} as const;
export type Kind = keyof typeof kindNames;

/** Each value says what choosing it would find. A choice of one is none. */
export function Facets({
  facets,
  chosen,
  onChoose,
}: {
  facets: SearchOut['facets'];
  chosen: Chosen;
  onChoose: (next: Chosen) => void;
}): ReactNode {
  const { t } = useWords();
  const years = facets.years.toSorted((a, b) => Number(b.value) - Number(a.value));
  return (
    <div className="facets">
      <Values
        label={t('results.kinds')}
        any={t('results.everything')}
        values={facets.kinds.map((one) => ({ ...one, name: t(kindNames[one.value as Kind]) }))}
        chosen={chosen.kind}
        onChoose={(kind) => onChoose({ ...chosen, kind })}
      />
      <Values
        label={t('results.genres')}
        any={t('results.anyGenre')}
        values={facets.genres.slice(0, genresShown).map((one) => ({ ...one, name: one.value }))}
        chosen={chosen.genre}
        onChoose={(genre) => onChoose({ ...chosen, genre })}
      />
      <Values
        label={t('results.years')}
        any={t('results.anyYear')}
        values={years.slice(0, yearsShown).map((one) => ({ ...one, name: one.value }))}
        chosen={chosen.year === null ? null : String(chosen.year)}
        onChoose={(year) => onChoose({ ...chosen, year: year === null ? null : Number(year) })}
      />
    </div>
  );
}

function Values({
  label,
  any,
  values,
  chosen,
  onChoose,
}: {
  label: string;
  any: string;
  values: readonly { readonly value: string; readonly name: string; readonly count: number }[];
  chosen: string | null;
  onChoose: (value: string | null) => void;
}): ReactNode {
  const { f } = useWords();
  if (values.length < 2 && chosen === null) return null;
  // What was chosen stays to be taken back, also where it finds nothing any more.
  const shown =
    chosen === null || values.some(({ value }) => value === chosen)
      ? values
      : [{ value: chosen, name: chosen, count: 0 }, ...values];
  return (
    <div className="chips" role="group" aria-label={label}>
      <button
        type="button"
        className="chip"
        aria-pressed={chosen === null}
        onClick={() => onChoose(null)}
      >
        {any}
      </button>
      {shown.map(({ value, name, count }) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? null : value)}
        >
          {name} <span className="cap num">{f.number(count)}</span>
        </button>
      ))}
    </div>
  );
}
