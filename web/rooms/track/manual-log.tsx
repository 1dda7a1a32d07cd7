import { type FormEvent, type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '#client/call.ts';
import type { RecordingItem } from '#catalogue/catalog/contract.ts';
import { listDevices, listRecentPlays, logPlay } from '#counting/plays/contract.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { minuteMs } from '#foundation/kernel/time.ts';
import { PickRecording } from '../../kit/pick-recording.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Note, Panel } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const devicesMax = 200;
const lengthDefaultMs = 3 * minuteMs;

type Logged = {
  readonly key: string;
  readonly title: string;
  readonly startedAt: number;
  readonly outcome: string;
};

/** For a place without a box: what was played, when, for how long. */
export function ManualLog(): ReactNode {
  const { t } = useWords();
  const devices = useApi(listDevices, { query: { limit: devicesMax } });
  const [logged, setLogged] = useState<readonly Logged[]>([]);
  return (
    <>
      <Heading title={t('track.log')}>{t('track.logLead')}</Heading>
      <Answer of={devices} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => {
          const usable = items.filter(
            (device) =>
              device.revokedAt === null && device.kind !== 'player' && device.kind !== 'scrobbler',
          );
          if (usable.length === 0) {
            return (
              <Empty
                title={t('track.noDevices')}
                action={
                  <Link className="btn btn-main" href="/app/track/devices">
                    {t('track.enrol')}
                  </Link>
                }
              >
                {t('track.logNeedsDevice')}
              </Empty>
            );
          }
          return (
            <div className="cols">
              <LogForm devices={usable} onLogged={(one) => setLogged([one, ...logged])} />
              <Panel title={t('track.loggedNow')}>
                {logged.length === 0 ? (
                  <p className="soft">{t('track.loggedNone')}</p>
                ) : (
                  <LoggedList logged={logged} />
                )}
              </Panel>
            </div>
          );
        }}
      </Answer>
    </>
  );
}

function LoggedList({ logged }: { logged: readonly Logged[] }): ReactNode {
  const { t, f } = useWords();
  return (
    <ul className="logged" role="status">
      {logged.map((one) => (
        <li key={one.key}>
          <span className="num">{f.time(one.startedAt)}</span>
          <b className="clip">{one.title}</b>
          <span className="cap">
            {one.outcome === 'counted'
              ? t('state.counted')
              : one.outcome === 'duplicate'
                ? t('track.alreadyCounted')
                : one.outcome}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** `2026-11-20T20:31` in the reader's zone: what an input of type datetime-local speaks. */
function localInput(at: number): string {
  const zoned = new Date(at - new Date(at).getTimezoneOffset() * minuteMs);
  return zoned.toISOString().slice(0, 16);
}

function LogForm({
  devices,
  onLogged,
}: {
  devices: readonly { readonly id: string; readonly name: string }[];
  onLogged: (one: Logged) => void;
}): ReactNode {
  const { t, f } = useWords();
  const log = useAct(logPlay, [listRecentPlays]);
  const [deviceId, setDeviceId] = useState<string>(devices[0]?.id ?? '');
  const [recording, setRecording] = useState<RecordingItem | null>(null);
  const [startedAt, setStartedAt] = useState(() => localInput(Date.now() - lengthDefaultMs));
  const [minutes, setMinutes] = useState('3');
  // One key for one play until it is stored: pressed twice or sent again after a broken network, it counts once.
  const [key, setKey] = useState(() => newId<'play'>());
  const refused = log.done?.outcome === 'refused' ? log.done : null;
  const wrong = log.error instanceof ApiError ? log.error : null;

  function send(event: FormEvent): void {
    event.preventDefault();
    if (recording === null) return;
    const at = new Date(startedAt);
    const playedMs = Math.round(Number(minutes.replace(',', '.')) * minuteMs);
    void log
      .run({
        body: {
          deviceId: deviceId as never,
          key,
          recordingId: recording.id,
          startedAt: at.toISOString(),
          playedMs,
        },
      })
      .then(
        (result) => {
          if (result.outcome === 'refused') return;
          onLogged({
            key,
            title: recording.title,
            startedAt: at.getTime(),
            outcome: result.outcome,
          });
          setKey(newId<'play'>());
          setRecording(null);
        },
        () => {}, // shown in the form
      );
  }
  return (
    <form className="panel stack" onSubmit={send}>
      <PickRecording
        label={t('track.whatPlayed')}
        picked={recording}
        onPick={(one) => {
          setRecording(one);
          if (one?.durationMs != null) {
            setMinutes((one.durationMs / minuteMs).toFixed(2));
            setStartedAt(localInput(Date.now() - one.durationMs));
          }
        }}
      />
      <div className="fields">
        <Select
          label={t('track.device')}
          value={deviceId}
          options={devices.map(({ id, name }) => ({ value: id, name }))}
          onChange={({ currentTarget }) => setDeviceId(currentTarget.value)}
        />
        <Field
          label={t('track.startedAt')}
          hint={t('track.inZone', { zone: f.timeZone })}
          type="datetime-local"
          required
          max={localInput(Date.now())}
          value={startedAt}
          onChange={({ currentTarget }) => setStartedAt(currentTarget.value)}
          wrong={wrong?.field === 'startedAt' ? wrong.message : undefined}
        />
        <Field
          label={t('track.heardMinutes')}
          hint={t('track.heardHint')}
          inputMode="decimal"
          required
          pattern="[0-9]{1,4}([.,][0-9]{1,2})?"
          value={minutes}
          onChange={({ currentTarget }) => setMinutes(currentTarget.value)}
        />
      </div>
      {refused !== null && (
        <Note kind="error" title={t('track.refused')}>
          {refused.message ?? refused.code}
        </Note>
      )}
      {wrong !== null && wrong.field !== 'startedAt' && <Problem error={wrong} />}
      <div className="row">
        <Button kind="main" type="submit" busy={log.busy} disabled={recording === null}>
          {t('track.logIt')}
        </Button>
      </div>
    </form>
  );
}
