import { waveHead } from '#foundation/dsp/wave-file.ts';
import { type FormEvent, type ReactNode, Suspense, useEffect, useState } from 'react';
import type { RecordingItem } from '#catalogue/catalog/contract.ts';
import {
  type ClaimOut,
  decideClaim,
  listClaims,
  listUnknownSounds,
  openClaimClip,
} from '#counting/stations/contract.ts';
import { call, useAct, usePages } from '../api.ts';
import { Heading } from '../room.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LongField } from '../../ui/field.tsx';
import { clock } from '../../ui/format.ts';
import { Chips } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';
import { PickRecording } from '../pick-recording.ts';
import './claims.css';

const pageRows = 20;
const reasonCharsMax = 1_000;
const shown = ['waiting', 'all'] as const;
type Shown = (typeof shown)[number];
type Deciding = { readonly claim: ClaimOut; readonly how: 'accept' | 'reject' };

/** What people say of unknown sounds: their own claims for everybody, all of them for who decides. */
export function Claims(): ReactNode {
  const { t } = useWords();
  const [which, setWhich] = useState<Shown>('waiting');
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const claims = usePages(listClaims, {
    query: { limit: pageRows, ...(which === 'waiting' && { waiting: true }) },
  });
  return (
    <>
      <Heading
        title={t('claims.title')}
        actions={
          <Chips
            label={t('claims.show')}
            value={which}
            options={shown.map((one) => ({ value: one, name: t(`claims.show.${one}`) }))}
            onChange={setWhich}
          />
        }
      >
        {t('claims.lead')}
      </Heading>
      <Answer of={claims} skeleton={<SkeletonRows rows={4} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t(which === 'waiting' ? 'claims.noneWaiting' : 'claims.none')}>
              {t('claims.noneBody')}
            </Empty>
          ) : (
            <ul className="claims">
              {items.map((claim) => (
                <Claim
                  key={claim.id}
                  claim={claim}
                  onDecide={(how) => setDeciding({ claim, how })}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      {claims.paging.hasMore && (
        <p className="more">
          <Button busy={claims.paging.loading} onClick={claims.paging.more}>
            {t('ui.showMore')}
          </Button>
        </p>
      )}
      {deciding?.how === 'accept' && (
        <Accept claim={deciding.claim} onClose={() => setDeciding(null)} />
      )}
      {deciding?.how === 'reject' && (
        <Reject claim={deciding.claim} onClose={() => setDeciding(null)} />
      )}
    </>
  );
}

function Claim({
  claim,
  onDecide,
}: {
  claim: ClaimOut;
  onDecide: (how: Deciding['how']) => void;
}): ReactNode {
  const { t, f } = useWords();
  const who = claim.isMine ? t('claims.you') : (claim.claimant ?? t('claims.somebody'));
  return (
    <li className="claim">
      <p className="claim-head">
        <b>{claim.titleHint ?? t('unknown.nameless', { time: clock(claim.durationMs) })}</b>
        <span className={claim.decision === null ? 'badge warn' : 'badge'}>
          {t(`claims.${(claim.decision ?? 'waiting') as 'waiting' | 'accepted' | 'rejected'}`)}
        </span>
      </p>
      <p className="cap num">
        {[
          t('unknown.times', { count: claim.times }),
          f.list(claim.stations),
          ...(claim.titleHint === null ? [] : [clock(claim.durationMs), t('unknown.saidSo')]),
          t('claims.claimed', { who, when: f.date(claim.claimedAt) }),
        ].join(' · ')}
      </p>
      <blockquote>{claim.note}</blockquote>
      {claim.recordingTitle !== null && (
        <p className="soft">
          {t('claims.credited', {
            recording: `${claim.recordingTitle}, ${claim.recordingArtist ?? ''}`,
          })}
        </p>
      )}
      {claim.reason !== null && (
        <p className="soft">{t('claims.because', { reason: claim.reason })}</p>
      )}
      {claim.hasClip && <Clip id={claim.id} />}
      {claim.mayDecide && (
        <div className="row">
          <Button kind="main" onClick={() => onDecide('accept')}>
            {t('claims.accept')}
          </Button>
          <Button onClick={() => onDecide('reject')}>{t('claims.reject')}</Button>
        </div>
      )}
    </li>
  );
}

/** Fetched when it is asked for: half a megabyte that most who look at the list do not need. */
function Clip({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const [sound, setSound] = useState<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  useEffect(
    () => () => {
      sound?.pause();
      if (sound !== null) URL.revokeObjectURL(sound.src);
    },
    [sound],
  );
  async function play(): Promise<void> {
    setError(null);
    setBusy(true);
    try {
      const audio = sound ?? (await fetchSound(id));
      audio.addEventListener('play', () => setPlaying(true));
      audio.addEventListener('pause', () => setPlaying(false));
      setSound(audio);
      await audio.play();
    } catch (failed) {
      setError(failed as Error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      {error !== null && <Problem error={error} />}
      <div className="row">
        {playing ? (
          <Button icon="pause" onClick={() => sound?.pause()}>
            {t('claims.stop')}
          </Button>
        ) : (
          <Button icon="play" busy={busy} onClick={() => void play()}>
            {t('claims.listen')}
          </Button>
        )}
      </div>
    </>
  );
}

async function fetchSound(id: string): Promise<HTMLAudioElement> {
  const { sampleRate, pcm } = await call(openClaimClip, { params: { id } });
  return new Audio(URL.createObjectURL(waveOf(pcm, sampleRate)));
}

/** Browsers play no bare samples. */
function waveOf(base64: string, sampleRate: number): Blob {
  const samples = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return new Blob([waveHead(samples.length, sampleRate), samples], { type: 'audio/wav' });
}

function useDecision(claim: ClaimOut, onClose: () => void) {
  const { t } = useWords();
  const toast = useToast();
  const act = useAct(decideClaim, [listClaims, listUnknownSounds]);
  type Body = Parameters<typeof act.run>[0]['body'];
  return {
    ...act,
    say: (body: Body): void =>
      void act.run({ params: { id: claim.id }, body }).then(
        () => {
          toast(t('claims.kept'));
          onClose();
        },
        () => {}, // shown in the form
      ),
  };
}

function Accept({ claim, onClose }: { claim: ClaimOut; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const decision = useDecision(claim, onClose);
  const [recording, setRecording] = useState<RecordingItem | null>(null);
  function send(event: FormEvent): void {
    event.preventDefault();
    if (recording !== null) decision.say({ decision: 'accepted', recordingId: recording.id });
  }
  return (
    <Dialog title={t('claims.accept')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <p>{t('claims.acceptMeans', { count: claim.times })}</p>
        <Suspense>
          <PickRecording label={t('claims.which')} picked={recording} onPick={setRecording} />
        </Suspense>
        {decision.error !== null && <Problem error={decision.error} />}
        <div className="row">
          <Button kind="main" type="submit" busy={decision.busy} disabled={recording === null}>
            {t('claims.accept')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Reject({ claim, onClose }: { claim: ClaimOut; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const decision = useDecision(claim, onClose);
  const [reason, setReason] = useState('');
  function send(event: FormEvent): void {
    event.preventDefault();
    decision.say({ decision: 'rejected', reason: reason.trim() });
  }
  return (
    <Dialog title={t('claims.reject')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <p>{t('claims.rejectMeans')}</p>
        <LongField
          label={t('claims.reason')}
          required
          maxLength={reasonCharsMax}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {decision.error !== null && <Problem error={decision.error} />}
        <div className="row">
          <Button kind="main" type="submit" busy={decision.busy} disabled={reason.trim() === ''}>
            {t('claims.reject')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
