import { type FormEvent, type ReactNode, useState } from 'react';
import { claimUnknownSound, listUnknownSounds } from '#counting/stations/contract.ts';
import { useAct, usePages } from '../api.ts';
import { Heading } from '../room.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LongField } from '../../ui/field.tsx';
import { clock } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';
import { AskOutside, useOutsideServices } from '../outside-services.ts';
import './claims.css';

const pageRows = 50;
const noteCharsMax = 1_000;
const stationsShown = 3;

type Sound = {
  readonly id: string;
  readonly durationMs: number;
  readonly times: number;
  readonly stations: readonly string[];
  readonly firstHeardAt: string;
  readonly lastHeardAt: string;
  readonly titleHint: string | null;
  readonly claimedByMe: boolean;
  readonly isClaimed: boolean;
  readonly hasClip: boolean;
};

/** Music that is heard again and again and belongs to nobody we know: whoever made it may say so. */
export function UnknownSounds(): ReactNode {
  const { t } = useWords();
  const sounds = usePages(listUnknownSounds, { query: { limit: pageRows } });
  const [claiming, setClaiming] = useState<Sound | null>(null);
  const [asking, setAsking] = useState<Sound | null>(null);
  // Of an unknown sound there are some seconds at most: who compares whole files knows nothing of it.
  const services = useOutsideServices().filter(({ hearsSound }) => hearsSound);
  return (
    <>
      <Heading title={t('unknown.title')}>{t('unknown.lead')}</Heading>
      <Answer of={sounds} skeleton={<SkeletonRows rows={6} cover />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('unknown.none')}>{t('unknown.noneBody')}</Empty>
          ) : (
            <ul className="sounds">
              {items.map((sound) => (
                <Row
                  key={sound.id}
                  sound={sound}
                  onClaim={() => setClaiming(sound)}
                  onAsk={services.length > 0 && sound.hasClip ? () => setAsking(sound) : null}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      {sounds.paging.hasMore && (
        <p className="more">
          <Button busy={sounds.paging.loading} onClick={sounds.paging.more}>
            {t('ui.showMore')}
          </Button>
        </p>
      )}
      {asking !== null && (
        <AskOutside
          subject={{ unknownSoundId: asking.id }}
          name={asking.titleHint ?? t('unknown.nameless', { time: clock(asking.durationMs) })}
          services={services}
          onClose={() => setAsking(null)}
        />
      )}
      {claiming !== null && <Claim sound={claiming} onClose={() => setClaiming(null)} />}
    </>
  );
}

function Row({
  sound,
  onClaim,
  onAsk,
}: {
  sound: Sound;
  onClaim: () => void;
  onAsk: (() => void) | null;
}): ReactNode {
  const { t, f } = useWords();
  const more = sound.stations.length - stationsShown;
  const where = f.list([
    ...sound.stations.slice(0, stationsShown),
    ...(more > 0 ? [t('unknown.moreStations', { count: more })] : []),
  ]);
  return (
    <li>
      <span className="unk" aria-hidden="true" />
      <span className="what">
        <b className="clip">
          {sound.titleHint ?? t('unknown.nameless', { time: clock(sound.durationMs) })}
        </b>
        <span className="cap num">
          {[
            t('unknown.times', { count: sound.times }),
            where,
            ...(sound.titleHint === null ? [] : [clock(sound.durationMs), t('unknown.saidSo')]),
          ].join(' · ')}
        </span>
        <span className="cap num">
          {t('unknown.between', { from: f.date(sound.firstHeardAt), to: f.ago(sound.lastHeardAt) })}
        </span>
      </span>
      <span className="row">
        {sound.claimedByMe || sound.isClaimed ? (
          <span className="badge">
            {sound.claimedByMe && <Icon name="check" />}
            {t(sound.claimedByMe ? 'unknown.claimedByMe' : 'unknown.claimed')}
          </span>
        ) : (
          <Button onClick={onClaim}>{t('unknown.claim')}</Button>
        )}
        {onAsk !== null && <Button onClick={onAsk}>{t('outside.askOne')}</Button>}
      </span>
    </li>
  );
}

function Claim({ sound, onClose }: { sound: Sound; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const claim = useAct(claimUnknownSound, [listUnknownSounds]);
  const [note, setNote] = useState('');
  function send(event: FormEvent): void {
    event.preventDefault();
    void claim.run({ params: { id: sound.id }, body: { note: note.trim() } }).then(
      () => {
        toast(t('unknown.sent'));
        onClose();
      },
      () => {}, // shown in the form
    );
  }
  return (
    <Dialog title={t('unknown.claimTitle')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <p>{t('unknown.claimMeans')}</p>
        <LongField
          label={t('unknown.note')}
          hint={t('unknown.noteHint')}
          required
          maxLength={noteCharsMax}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        {claim.error !== null && <Problem error={claim.error} />}
        <div className="row">
          <Button kind="main" type="submit" busy={claim.busy}>
            {t('unknown.claim')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
