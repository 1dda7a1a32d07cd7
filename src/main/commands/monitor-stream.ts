import path from 'node:path';
import type { CountEvent } from '#counting/hearing/index.ts';
import { openSoundMatcher, readSegment, UnreadableIndex } from '#counting/recognition/engine.ts';
import { hashEvidence, openEar, watchStation } from '#counting/stations/index.ts';
import { sayTrouble } from '#foundation/streams/trouble.ts';
import { onStopSignal } from '../stop-signals.ts';
import { usualIndexFile } from './index-folder.ts';
import { say } from './with-database.ts';

/** Listens to one station against an index file, without server and database, and prints plays as they open and close. */
export async function monitorStream(
  url: string,
  { index, asJson }: { readonly index: string | null; readonly asJson: boolean },
): Promise<number> {
  const segment = await openIndex(path.resolve(index ?? usualIndexFile()));
  if (segment === null) return 1;
  const names = new Map<string, string>(
    segment.recordings.map(({ recordingId, title, artist }) => [
      recordingId,
      artist === '' ? title : `${artist} - ${title}`,
    ]),
  );
  const ear = openEar({
    openMatcher: () => openSoundMatcher(() => [{ segment, isLive: () => true }]),
    durationOf: () => null,
    now: Date.now,
    onEvent: (event) => console.log((asJson ? toJson : toText)(event)),
  });

  function toText(event: CountEvent): string {
    const { recordingId, firstHeardMs } = event.kind === 'closed' ? event.play : event;
    const name = names.get(recordingId) ?? recordingId;
    const at = clockOf(ear.wallOf(firstHeardMs));
    if (event.kind !== 'closed') return `${at}  ${event.kind.padEnd(9)}  ${name}`;
    const { heardMs, speed, lastHeardMs } = event.play;
    const speedText = Math.abs(speed - 1) < 0.002 ? '' : `, at ${(100 * (speed - 1)).toFixed(1)} %`;
    return `${at}  played     ${name}: until ${clockOf(ear.wallOf(lastHeardMs))}, heard ${Math.round(heardMs / 1_000)} s${speedText}`;
  }

  function toJson(event: CountEvent): string {
    const { recordingId, firstHeardMs } = event.kind === 'closed' ? event.play : event;
    const startedAt = new Date(ear.wallOf(firstHeardMs)).toISOString();
    const title = names.get(recordingId) ?? null;
    if (event.kind !== 'closed')
      return JSON.stringify({ event: event.kind, recordingId, title, startedAt });
    const { hits: _, ...play } = event.play;
    return JSON.stringify({
      event: 'closed',
      title,
      startedAt,
      ...play,
      evidenceHash: hashEvidence(event.play),
    });
  }

  let told = '';
  let toldTitle = '';
  const watch = watchStation(
    { url, allowPrivate: true }, // whoever types a command on this machine may read what the machine may
    {
      connected: ear.resume,
      hear: ear.hear,
      title(title) {
        // Many stations send their title again with every block.
        if (title !== toldTitle) say(`${clockOf(Date.now())}  the station says: ${title}`);
        toldTitle = title;
      },
      live: () => ({ silentMs: ear.silentMs(), heardMs: ear.heardMs() }),
    },
    {
      now: Date.now,
      hearsRecordings: true,
      onChange({ health, trouble }) {
        const line = trouble === null ? health : `${health}: ${sayTrouble(trouble)}`;
        if (line !== told) say(`${clockOf(Date.now())}  ${line}`);
        told = line;
      },
    },
  );
  onStopSignal(
    () => void watch.stop(),
    () => process.exit(1),
  );
  await watch.done;
  await ear.close();
  ear.end();
  return 0;
}

async function openIndex(file: string) {
  try {
    return await readSegment(file);
  } catch (error) {
    if (error instanceof UnreadableIndex) say(error.message);
    else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      say(
        `There is no index ${file}: make one with npx --no-install ngoma index DIR --out ${file}`,
      );
    else throw error;
    return null;
  }
}

function clockOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`;
}
