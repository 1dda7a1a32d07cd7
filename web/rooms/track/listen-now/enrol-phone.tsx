import { type FormEvent, type ReactNode, useState } from 'react';
import { enrolDevice, listDevices } from '#counting/plays/contract.ts';
import { useAct } from '../../../kit/api.ts';
import { useMay, useSession } from '../../../kit/session.tsx';
import { Heading } from '../../../kit/room.tsx';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Panel } from '../../../ui/parts.tsx';
import { Empty, Problem } from '../../../ui/state.tsx';
import { useWords } from '../words.ts';
import type { StoredDevice } from './store.ts';

const positionTimeoutMs = 15_000;

/** The first time: this phone gets a name and a key of its own, which never leaves it again. */
export function EnrolPhone({
  onEnrolled,
}: {
  onEnrolled: (device: StoredDevice) => void;
}): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const mayEnrol = useMay('devices.enrol');
  const enrol = useAct(enrolDevice, [listDevices]);
  const [name, setName] = useState(() => (me === null ? '' : t('now.phoneOf', { name: me.name })));
  const [withPlace, setWithPlace] = useState(false);
  if (!mayEnrol) return <Empty title={t('now.mayNot')}>{t('now.mayNotBody')}</Empty>;

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    const place = withPlace ? await whereAmI() : null;
    const body = {
      name: name.trim(),
      kind: 'phone' as const,
      ...(place === null ? {} : { place }),
    };
    await enrol.run({ body }).then(
      ({ deviceId, deviceKey }) => onEnrolled({ deviceId, deviceKey, name: body.name }),
      () => {}, // said above the button
    );
  }
  return (
    <>
      <Heading title={t('now.title')}>{t('now.promise')}</Heading>
      <Panel title={t('now.enrolTitle')}>
        <form className="stack" onSubmit={(event) => void send(event)}>
          <p>{t('now.enrolBody')}</p>
          <Field
            label={t('now.enrolName')}
            hint={t('now.enrolHint')}
            required
            maxLength={120}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <label className="agree">
            <input
              type="checkbox"
              checked={withPlace}
              onChange={({ currentTarget }) => setWithPlace(currentTarget.checked)}
            />
            <span>{t('now.enrolPlace')}</span>
          </label>
          {enrol.error !== null && <Problem error={enrol.error} />}
          <div className="row">
            <Button kind="main" type="submit" busy={enrol.busy}>
              {t('now.enrolDo')}
            </Button>
          </div>
        </form>
      </Panel>
    </>
  );
}

type Place = { readonly lat: number; readonly lon: number; readonly accuracyM: number };

/** Null when the person or the phone does not say; enrolling goes on without it. */
function whereAmI(): Promise<Place | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ lat: coords.latitude, lon: coords.longitude, accuracyM: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: positionTimeoutMs },
    );
  });
}
