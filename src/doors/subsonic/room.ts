import { requestImport, type MediaContext } from '#catalogue/media/index.ts';
import type { Config } from '#foundation/platform/config.ts';
import type { Room } from '#foundation/platform/room.ts';
import {
  emailOf,
  identifyByAppPassword,
  identifyUser,
  type AccountsContext,
} from '#people/accounts/index.ts';
import type { SubsonicContext } from './context.ts';
import { serveSubsonic } from './serve.ts';

export type SubsonicNeeds = Pick<
  SubsonicContext,
  'db' | 'now' | 'version' | 'catalog' | 'playback' | 'search' | 'permits'
> & {
  readonly accounts: AccountsContext;
  readonly media: MediaContext;
  readonly config: Pick<Config, 'publicUrl' | 'library'>;
};

export function openSubsonic({ accounts, media, config, ...needs }: SubsonicNeeds): Room {
  const ctx: SubsonicContext = {
    ...needs,
    publicUrl: config.publicUrl,
    blobs: media.blobs,
    byAppPassword: (username, isRight) =>
      identifyByAppPassword(accounts.appPasswords, username, isRight),
    async byApiKey(key) {
      const caller = await identifyUser(accounts, `Bearer ${key}`);
      if (caller?.kind !== 'user' || caller.sessionId !== null) return null;
      const email = await emailOf(accounts, caller.userId);
      return email === null ? null : { ...caller, username: email };
    },
    async startScan() {
      if (config.library !== null) await requestImport(media, config.library);
    },
  };
  return { name: 'subsonic', serve: ({ app }) => serveSubsonic(app, ctx) };
}
