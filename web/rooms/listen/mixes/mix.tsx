import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import {
  deleteDislike,
  listMixes,
  putDislike,
  type MixOut,
} from '#listening/recommend/contract.ts';
import { player } from '../../../player/use-player.ts';
import { useAct } from '../../../kit/api.ts';
import { useTitle } from '../../../kit/page.tsx';
import { Button, PlayButton } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { Door } from '../../../ui/receipt.tsx';
import { Answer, Empty, SkeletonRows } from '../../../ui/state.tsx';
import { toTrack, TrackList } from '../tracks.tsx';
import { useMixes, useMixName } from './mixes.tsx';
import { TellTaste } from './taste.tsx';
import { useWords } from './words.ts';

const dialStep = 10;

/** One mix of today: why each recording is in it, and how much of it is known already. */
export function Mix({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const [familiar, setFamiliar] = useState<number | undefined>();
  const asked = useMixes(familiar);
  const [tells, setTells] = useState(false);
  const wanted = decodeURIComponent(id);
  return (
    <Answer page of={asked} skeleton={<SkeletonRows rows={8} cover />}>
      {({ mixes, model, familiar: known }) => {
        const mix = mixes.find((one) => one.id === wanted);
        if (mix === undefined) return <OfAnotherDay />;
        return (
          <>
            <MixHead mix={mix} model={model} />
            <div className="row dial">
              <label>
                {t('mixes.dial')}{' '}
                <input
                  type="range"
                  min={0}
                  max={100}
                  step={dialStep}
                  defaultValue={known}
                  disabled={mix.kind === 'new'}
                  onChange={({ currentTarget }) => setFamiliar(Number(currentTarget.value))}
                />
              </label>
              <span className="cap num">{t('mixes.dialValue', { percent: known })}</span>
              <Button kind="bare" onClick={() => setTells(!tells)}>
                {t('taste.change')}
              </Button>
            </div>
            {tells && <TellTaste onDone={() => setTells(false)} />}
            <MixTracks mix={mix} />
          </>
        );
      }}
    </Answer>
  );
}

type Model = NonNullable<ReturnType<typeof useMixes>['data']>['model'];

function MixHead({ mix, model }: { mix: MixOut; model: Model }): ReactNode {
  const { t, f } = useWords();
  const name = useMixName()(mix);
  useTitle(name);
  return (
    <header className="mix artist">
      <div className="art">
        <Cover
          id={mix.items[0]?.recording.id ?? mix.id}
          src={mix.items[0]?.recording.coverUrl ?? null}
        />
      </div>
      <div className="say">
        <h1>{name}</h1>
        <p>
          {t('mixes.today')}. {t(`mixes.basis.${mix.basis}`)}.{' '}
          <Door
            receipt={() => ({
              title: t('mixes.how'),
              source: t('mixes.source'),
              provenance: model?.provenance,
              period:
                model === null
                  ? t('mixes.noModel')
                  : t('mixes.version', {
                      version: model.version,
                      when: f.dateTime(Date.parse(model.madeAt)),
                      listeners: model.listeners,
                      recordings: model.recordings,
                    }),
              method: t('mixes.method'),
            })}
          >
            {t('mixes.how')}
          </Door>
        </p>
        <div className="row">
          <PlayButton
            label={t('player.play', { title: name })}
            disabled={mix.items.length === 0}
            onClick={() =>
              player.play(
                mix.items.map(({ recording }) => toTrack(recording)),
                0,
                name,
              )
            }
          />
        </div>
      </div>
    </header>
  );
}

function MixTracks({ mix }: { mix: MixOut }): ReactNode {
  const { t } = useWords();
  const name = useMixName()(mix);
  const not = useAct(putDislike);
  const take = useAct(deleteDislike, [listMixes]);
  const [gone, setGone] = useState<readonly string[]>([]);
  const shown = mix.items.filter(({ recording }) => !gone.includes(recording.id));
  const paramsOf = (id: string) => ({ params: { kind: 'recording' as const, id: id as never } });
  const last = gone.at(-1);
  return (
    <section aria-label={name}>
      <TrackList
        recordings={shown.map(({ recording }) => recording)}
        from={name}
        notes={shown.map(({ why }) => t(`mixes.why.${why.kind}`, { title: why.of?.title ?? '' }))}
        drop={{
          label: (title) => t('mixes.not', { title }),
          onDrop: (id) => {
            setGone([...gone, id]);
            void not.run(paramsOf(id)).catch(() => setGone(gone));
          },
        }}
      />
      {last !== undefined && (
        <p className="row" role="status">
          {t('mixes.notDone')}
          <Button
            kind="bare"
            busy={take.busy}
            onClick={() => {
              setGone(gone.filter((id) => id !== last));
              void take.run(paramsOf(last));
            }}
          >
            {t('mixes.undo')}
          </Button>
        </p>
      )}
    </section>
  );
}

function OfAnotherDay(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <h1 className="sr">{t('mixes.gone')}</h1>
      <Empty
        title={t('mixes.gone')}
        action={
          <Link className="btn" href="/">
            {t('mixes.toToday')}
          </Link>
        }
      >
        {t('mixes.goneBody')}
      </Empty>
    </>
  );
}
