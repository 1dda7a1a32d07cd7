import type { CatalogContext } from '#catalogue/catalog/index.ts';
import type { Blobs } from '#foundation/platform/blobs.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { ListenedContext, SizesContext } from '#listening/playback/index.ts';
import type { SearchContext } from '#listening/search/index.ts';

export type SubsonicContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly version: string;
  readonly publicUrl: string | null;
  readonly catalog: CatalogContext;
  readonly playback: ListenedContext & SizesContext;
  readonly search: SearchContext;
  readonly blobs: Blobs;
  /** Whose app password or API key it is; null where it is nobody's. */
  readonly byAppPassword: (
    username: string,
    isRight: (password: string) => boolean,
  ) => Promise<Listener | null>;
  readonly byApiKey: (key: string) => Promise<Listener | null>;
  readonly permits: (caller: UserCaller, permission: string) => boolean;
  readonly startScan: () => Promise<void>;
};

/** Who asks: the person, and the name the player signs in with. */
export type Listener = UserCaller & { readonly username: string };
