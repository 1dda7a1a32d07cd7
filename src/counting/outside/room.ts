import type { IndexContext } from '#counting/recognition/index.ts';
import type { Config } from '#foundation/platform/config.ts';
import type { Room } from '#foundation/platform/room.ts';
import { forgetOldAnswers, outsideRecognisers, type AskingContext } from './ask-outside.ts';
import { serveOutside, type OutsideContext } from './http.ts';

export type OutsideNeeds = Pick<AskingContext, 'db' | 'now'> & {
  readonly config: Pick<Config, 'acoustidKey' | 'auddToken' | 'soundMayLeave'>;
  readonly recognition: Pick<IndexContext, 'decoders'>;
};

export function openOutside({ config, recognition, ...needs }: OutsideNeeds): Room {
  const outside: OutsideContext = {
    ...needs,
    decoders: recognition.decoders,
    recognisers: outsideRecognisers({
      acoustidKey: config.acoustidKey ?? undefined,
      auddToken: config.auddToken ?? undefined,
    }),
    soundMayLeave: config.soundMayLeave,
  };
  return {
    name: 'outside',
    serve: (kit) => serveOutside(kit, outside),
    async background() {
      await forgetOldAnswers(outside);
    },
  };
}
