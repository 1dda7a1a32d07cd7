import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Call } from '#client/call.ts';
import {
  claimParty,
  createParty,
  getRecording,
  listRecordings,
  putSplit,
} from '#catalogue/catalog/contract.ts';
import { getImport, startImport } from '#catalogue/media/contract.ts';
import { flac, mp3, opus, picture } from '#catalogue/media/testing.ts';
import { enrolDevice, reportPlays } from '#counting/plays/contract.ts';
import { addStation } from '#counting/stations/contract.ts';
import { makeToken } from '#doors/scrobbling/contract.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { createRun, getRun, listRunStatements } from '#money/royalties/contract.ts';
import { login, register, setRoles } from '#people/accounts/contract.ts';

// A country small enough to be made in seconds through the public API: something to see on every screen.

export const password = 'drum-machine-1';
export const adminEmail = 'admin@example.org';

const albums = [
  { artist: 'Ruganzu Twins', title: 'Umuhanda', genre: 'Afrobeat', format: mp3 },
  { artist: 'Ìṣọ̀lá Adérónkẹ́', title: 'Ọjà Alẹ́', genre: 'Highlife', format: flac },
  { artist: 'Lokole Kinsuka', title: 'Bolingo Kilo Zero', genre: 'Rumba', format: opus },
] as const;
const tracksPerAlbum = 5;
const days = 20;
const playsPerDay = 12;
const minuteMs = 60_000;
const waitMsMax = 30_000;

export type SmallCountry = Readonly<
  Record<
    'recordingId' | 'releaseId' | 'artistId' | 'importId' | 'stationId' | 'runId' | 'statementId',
    string
  >
> & { readonly plays: number };

/** Role, e-mail address and name of those who live in it. */
export const people = {
  listener: { email: 'listener@example.org', name: 'Amani K.' },
  artist: { email: 'artist@example.org', name: 'Ruganzu Twins' },
  venue: { email: 'venue@example.org', name: 'Chez Mutoni' },
  society: { email: 'society@example.org', name: 'Ikigo' },
} as const;

export async function makeSmallCountry(baseUrl: string, folder: string): Promise<SmallCountry> {
  const admin = await signIn(baseUrl, adminEmail);
  const artistId = (await join(baseUrl, admin, people.artist, 'artist')).userId;
  const venue = await join(baseUrl, admin, people.venue, 'venue', 'dj');
  await join(baseUrl, admin, people.society, 'society');
  const listener = await join(baseUrl, admin, people.listener);
  const station = await venue.call(addStation, { body: { name: 'Studio B', mount: 'studio-b' } });
  await listener.call(makeToken, { body: { name: 'Pano Scrobbler', userName: 'amani' } });

  await writeMusic(folder);
  const { id: importId } = await admin(startImport, { body: { folder } });
  await until(async () => {
    const { status } = await admin(getImport, { params: { id: importId as never }, query: {} });
    return status === 'done';
  });
  const { items } = await admin(listRecordings, { query: { limit: 200 } });
  const mine = items.filter((one) => one.artistName === albums[0].artist);
  const party = await admin(createParty, {
    body: { name: albums[0].artist, kind: 'organisation' },
  });
  await admin(claimParty, {
    params: { id: party.id },
    body: { userId: artistId as never },
  });
  const from = new Date(Date.now() - (days + 1) * dayMs).toISOString().slice(0, 10);
  for (const recording of mine)
    await admin(putSplit, {
      params: { id: recording.id },
      body: {
        right: 'master',
        validFrom: from,
        shares: [{ partyId: party.id, basisPoints: 10_000 }],
      },
    });
  const plays = await play(
    baseUrl,
    venue.call,
    items.map((one) => one.id),
  );
  const today = new Date().toISOString().slice(0, 10);
  const run = await admin(createRun, {
    body: {
      period: { from, to: today },
      pool: { amountMinor: 250_000, currency: 'RWF' },
      policy: 'pro-rata',
    },
  });
  await until(async () => (await admin(getRun, { params: { id: run.id } })).status !== 'running');
  const statements = await admin(listRunStatements, { params: { id: run.id }, query: {} });
  const recordingId = mine[0]!.id;
  const recording = await admin(getRecording, { params: { id: recordingId } });
  return {
    recordingId,
    releaseId: recording.releases[0]!.id,
    artistId: recording.artists[0]!.id,
    importId,
    stationId: station.id,
    runId: run.id,
    statementId: statements.items.find((one) => one.name === albums[0].artist)!.id,
    plays,
  };
}

async function signIn(baseUrl: string, email: string): Promise<Call> {
  const { accessToken } = await connect({ baseUrl }).call(login, { body: { email, password } });
  return connect({ baseUrl, accessToken }).call;
}

async function join(
  baseUrl: string,
  admin: Call,
  who: { readonly email: string; readonly name: string },
  ...roles: readonly ('artist' | 'venue' | 'dj' | 'society')[]
): Promise<{ userId: string; call: Call }> {
  const { id } = await connect({ baseUrl }).call(register, { body: { ...who, password } });
  if (roles.length > 0) await admin(setRoles, { params: { id }, body: { roles: [...roles] } });
  return { userId: id, call: await signIn(baseUrl, who.email) };
}

/** Three albums, one file that is none, one picture for all. */
async function writeMusic(folder: string): Promise<void> {
  const cover = picture('cover');
  for (const { artist, title, genre, format } of albums) {
    const sleeve = path.join(folder, artist, title);
    await mkdir(sleeve, { recursive: true });
    for (let track = 1; track <= tracksPerAlbum; track++) {
      const tags = {
        title: `${title} ${track}`,
        artist,
        album: title,
        albumArtist: artist,
        track: `${track}/${tracksPerAlbum}`,
        genre,
        year: '2025',
        picture: cover,
      };
      await writeFile(path.join(sleeve, `${track}.${format.name}`), format(tags));
    }
  }
  await writeFile(path.join(folder, 'broken.mp3'), 'not a sound');
}

/** A bar that plays every recording, some far more often than others. */
async function play(baseUrl: string, venue: Call, recordings: readonly string[]): Promise<number> {
  const device = await venue(enrolDevice, {
    body: { name: 'Bar', kind: 'venue', place: { lat: -1.9441, lon: 30.0619, accuracyM: 20 } },
  });
  await venue(enrolDevice, { body: { name: 'Deck', kind: 'deck' } });
  const plays = Array.from({ length: days * playsPerDay }, (_, index) => ({
    key: newId<'play'>(),
    seq: index + 1,
    startedAt: Date.now() - dayMs - index * ((days * dayMs) / (days * playsPerDay)) - minuteMs,
    playedMs: 45_000,
    source: 'venue',
    recording: { id: recordings[Math.floor((index * index) % recordings.length)]! },
    territory: 'RW',
  }));
  const reply = await fetch(`${baseUrl}${reportPlays.path}`, {
    method: reportPlays.method,
    headers: {
      authorization: `Device ${device.deviceId}:${device.deviceKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ sentAt: Date.now(), plays }),
  });
  const { counted } = (await reply.json()) as { counted: number };
  return counted;
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + waitMsMax;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await sleep(100);
  }
}
