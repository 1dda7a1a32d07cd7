import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError } from '#client/call.ts';
import { deviceKinds, enrolDevice, listDevices } from '#counting/plays/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyFacts, CopyText } from '../../ui/copyable.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Missing } from '../../ui/parts.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { AskAboutDevice } from './ask-about-device.tsx';

const pageRows = 100;
const positionTimeoutMs = 15_000;
/** Kinds that hear by themselves; the others report with the header. */
const listeners: readonly string[] = ['venue', 'agent'];

type Device = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly place: { readonly lat: number; readonly lon: number; readonly accuracyM: number } | null;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
  readonly revokedAt: string | null;
};
type Asking = { readonly about: 'revoke' | 'release'; readonly device: Device };
type Key = { readonly deviceId: string; readonly deviceKey: string };

export function Devices(): ReactNode {
  const { t } = useWords();
  const devices = usePages(listDevices, { query: { limit: pageRows } });
  const [enrolling, setEnrolling] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const open = (
    <Button kind="main" icon="plus" onClick={() => setEnrolling(true)}>
      {t('track.enrol')}
    </Button>
  );
  return (
    <>
      <Heading title={t('track.devices')} actions={(devices.data?.length ?? 0) > 0 && open}>
        {t('track.devicesLead')}
      </Heading>
      <Answer of={devices} skeleton={<SkeletonRows rows={5} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('track.noDevices')} boards action={open}>
              {t('track.noDevicesBody')}
            </Empty>
          ) : (
            <DeviceTable devices={items} paging={devices.paging} onAsk={setAsking} />
          )
        }
      </Answer>
      {enrolling && <Enrol onClose={() => setEnrolling(false)} />}
      {asking !== null && <AskAboutDevice {...asking} onClose={() => setAsking(null)} />}
    </>
  );
}

export function useKindName(): (kind: string) => string {
  const { t } = useWords();
  const names: Readonly<Record<string, string>> = {
    phone: t('kind.phone'),
    venue: t('kind.venue'),
    deck: t('kind.deck'),
    station: t('kind.station'),
    agent: t('kind.agent'),
    player: t('kind.player'),
    scrobbler: t('kind.scrobbler'),
  };
  return (kind) => names[kind] ?? kind;
}

function DeviceTable({
  devices,
  paging,
  onAsk,
}: {
  devices: readonly Device[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
  onAsk: (asking: Asking) => void;
}): ReactNode {
  const { t, f } = useWords();
  const kindName = useKindName();
  const columns: readonly Column<Device>[] = [
    {
      key: 'name',
      title: t('track.device'),
      head: true,
      render: (device) => device.name,
      sort: (device) => device.name,
    },
    {
      key: 'kind',
      title: t('track.kind'),
      render: (device) => kindName(device.kind),
      sort: (device) => kindName(device.kind),
    },
    {
      key: 'id',
      title: t('track.deviceId'),
      wide: true,
      render: (device) => <span className="mono">{device.id}</span>,
    },
    {
      key: 'place',
      title: t('track.place'),
      wide: true,
      render: ({ place }) =>
        place === null ? (
          <Missing why={t('track.noPlace')} />
        ) : (
          t('track.placeAt', {
            lat: place.lat.toFixed(4),
            lon: place.lon.toFixed(4),
            metres: Math.round(place.accuracyM),
          })
        ),
    },
    {
      key: 'seen',
      title: t('track.lastSeen'),
      number: true,
      sort: (device) => device.lastSeenAt,
      render: (device) =>
        device.lastSeenAt === null ? (
          <Missing why={t('track.neverSeen')} />
        ) : (
          <span title={f.dateTime(device.lastSeenAt)}>{f.ago(device.lastSeenAt)}</span>
        ),
    },
    {
      key: 'since',
      title: t('track.since'),
      number: true,
      wide: true,
      sort: (device) => device.createdAt,
      render: (device) => f.date(device.createdAt),
    },
    {
      key: 'act',
      title: <span className="sr">{t('ui.actions')}</span>,
      number: true,
      render: (device) =>
        device.revokedAt !== null ? (
          <span className="badge">{t('track.revoked')}</span>
        ) : (
          <div className="device-acts">
            {listeners.includes(device.kind) && device.lastSeenAt !== null && (
              <Button
                kind="bare"
                aria-label={t('track.releaseOne', { name: device.name })}
                onClick={() => onAsk({ about: 'release', device })}
              >
                {t('track.release')}
              </Button>
            )}
            <Button
              kind="bare"
              aria-label={t('track.revokeOne', { name: device.name })}
              onClick={() => onAsk({ about: 'revoke', device })}
            >
              {t('track.revoke')}
            </Button>
          </div>
        ),
    },
  ];
  return (
    <DataTable
      label={t('track.devices')}
      columns={columns}
      rows={devices}
      rowKey={(device) => device.id}
      paging={paging}
    />
  );
}

type Place = { readonly lat: number; readonly lon: number; readonly accuracyM: number };

function Enrol({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const kindName = useKindName();
  const enrol = useAct(enrolDevice, [listDevices]);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<(typeof deviceKinds)[number]>('venue');
  const [place, setPlace] = useState<Place | null>(null);
  if (enrol.done !== undefined)
    return <ShowKey device={enrol.done} name={name} kind={kind} onClose={onClose} />;
  const wrong = enrol.error instanceof ApiError ? enrol.error : null;

  function send(event: FormEvent): void {
    event.preventDefault();
    void enrol
      .run({ body: { name: name.trim(), kind, ...(place === null ? {} : { place }) } })
      .catch(() => {}); // shown in the form
  }
  return (
    <Dialog title={t('track.enrol')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <Field
          label={t('track.deviceName')}
          hint={t('track.deviceNameHint')}
          required
          maxLength={120}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          wrong={wrong?.field === 'name' ? wrong.message : undefined}
        />
        <Select
          label={t('track.kind')}
          value={kind}
          options={deviceKinds.map((value) => ({ value, name: kindName(value) }))}
          onChange={({ currentTarget }) => setKind(currentTarget.value as typeof kind)}
        />
        <PlaceOf place={place} onPlace={setPlace} />
        {wrong !== null && wrong.field !== 'name' && <Problem error={wrong} />}
        <div className="row">
          <Button kind="main" type="submit" busy={enrol.busy}>
            {t('track.enrol')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The position is asked for at the moment of need, with the reason, and enrolling goes on without it. */
function PlaceOf({
  place,
  onPlace,
}: {
  place: Place | null;
  onPlace: (place: Place | null) => void;
}): ReactNode {
  const { t } = useWords();
  const [state, setState] = useState<'idle' | 'asking' | 'refused'>('idle');
  function ask(): void {
    setState('asking');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        onPlace({ lat: coords.latitude, lon: coords.longitude, accuracyM: coords.accuracy });
        setState('idle');
      },
      () => setState('refused'),
      { enableHighAccuracy: true, timeout: positionTimeoutMs },
    );
  }
  return (
    <div className="field">
      <span className="cap">{t('track.placeWhy')}</span>
      {place === null ? (
        <div className="row">
          <Button busy={state === 'asking'} onClick={ask} disabled={!('geolocation' in navigator)}>
            {t('track.useMyPlace')}
          </Button>
        </div>
      ) : (
        <p className="row num">
          <Icon name="check" />
          {t('track.placeAt', {
            lat: place.lat.toFixed(4),
            lon: place.lon.toFixed(4),
            metres: Math.round(place.accuracyM),
          })}
          <Button kind="bare" onClick={() => onPlace(null)}>
            {t('ui.remove')}
          </Button>
        </p>
      )}
      {state === 'refused' && <span className="cap">{t('track.placeRefused')}</span>}
    </div>
  );
}

function ShowKey({
  device,
  name,
  kind,
  onClose,
}: {
  device: Key;
  name: string;
  kind: string;
  onClose: () => void;
}): ReactNode {
  const { t } = useWords();
  const key = `${device.deviceId}:${device.deviceKey}`;
  return (
    <ShownOnce
      title={t('track.keyTitle', { name })}
      warning={t('track.keyOnce')}
      meaning={t('track.keyOnceBody')}
      onClose={onClose}
    >
      <CopyFacts
        items={[
          { name: t('track.deviceId'), value: device.deviceId },
          { name: t('track.deviceKey'), value: device.deviceKey },
        ]}
      />
      <CopyText label={t('track.keyHeader')} text={`Authorization: Device ${key}`} />
      {listeners.includes(kind) && (
        <CopyText
          label={t('track.keyListen')}
          text={`NGOMA_LISTEN_KEY=${key} npx --no-install ngoma listen --device alsa --server ${location.origin}`}
        />
      )}
    </ShownOnce>
  );
}
