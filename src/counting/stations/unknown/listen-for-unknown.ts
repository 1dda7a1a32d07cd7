import type { DeviceId, RecordingId } from '#foundation/kernel/ids.ts';
import { countFromSound, type CountEvent, type Heard } from '#counting/hearing/index.ts';
import type { Ear } from '../ear.ts';
import type { Titles } from '../titles.ts';
import type { UnknownStretch } from './gather-unknown.ts';
import type { UnknownIndex } from './unknown-index.ts';

// One channel's part in the second index: what it plays that nobody knows goes in, and what of it comes again is counted.

export type UnknownListener = {
  stretch(stretch: UnknownStretch): void;
  window(heard: Heard): void;
  end(): void;
};

export function listenForUnknown(ctx: {
  readonly index: UnknownIndex;
  readonly deviceId: DeviceId;
  readonly titles: Pick<Titles, 'during'>;
  readonly ear: () => Pick<Ear, 'clip' | 'wallOf'>;
  readonly inOrder: (work: () => Promise<void>) => void;
}): UnknownListener {
  const { index, deviceId, titles, ear, inOrder } = ctx;
  const again = countFromSound();
  const clips = new Map<RecordingId, Int16Array | null>();

  function tell(events: readonly CountEvent[]): void {
    for (const event of events) {
      const id = event.kind === 'closed' ? event.play.recordingId : event.recordingId;
      if (event.kind === 'opened') clips.set(id, ear().clip());
      if (event.kind === 'closed') {
        const { play } = event;
        const about = {
          heardAt: ear().wallOf(play.firstHeardMs),
          titleHint: titles.during(play.firstHeardMs, play.lastHeardMs),
          clip: clips.get(id) ?? null,
        };
        inOrder(() => index.hearAgain(deviceId, play, about));
      }
      if (event.kind !== 'opened') clips.delete(id);
    }
  }

  return {
    stretch(stretch) {
      const { fromMs, durationMs } = stretch;
      const heardAt = ear().wallOf(fromMs);
      const titleHint = titles.during(fromMs, fromMs + durationMs);
      inOrder(() => index.add(deviceId, stretch, heardAt, titleHint));
    },
    window: (heard) => tell(again.hear([{ ...heard, hits: heard.unknown ?? [] }])),
    end: () => tell(again.end()),
  };
}
