import { isUuid } from '#foundation/kernel/ids.ts';
import { readHeaders } from '#foundation/streams/raw-http.ts';

// What a source client says of itself, in the three dialects there are: PUT of Icecast 2.4, SOURCE of Icecast 2 and 1.

export type SourceHead = {
  readonly method: 'PUT' | 'SOURCE';
  /** Without the slash, and without `live/`. */
  readonly mount: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly waitsForContinue: boolean;
};

const mountPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function readSourceHead(head: string): SourceHead | null {
  const [first, ...lines] = head.split(/\r?\n/);
  const found = /^(PUT|SOURCE) (\/\S*) (?:HTTP\/1\.[01]|ICE\/1\.0)\s*$/.exec(first ?? '');
  if (found === null) return null;
  const mount = readMount(found[2]!);
  if (mount === null) return null;
  const headers = readHeaders(lines);
  return {
    method: found[1] as 'PUT' | 'SOURCE',
    mount,
    headers,
    waitsForContinue: /100-continue/i.test(headers.get('expect') ?? ''),
  };
}

/** `/live/name` as a source or a metadata update writes it; extensions such as .mp3 belong to the name. */
export function readMount(path: string): string | null {
  const mount = /^\/live\/([^/?#]+)/.exec(path)?.[1];
  return mount !== undefined && mountPattern.test(mount) ? mount.toLowerCase() : null;
}

export type Credentials = { readonly user: string; readonly password: string };

export function readBasic(header: string | undefined): Credentials | null {
  const coded = /^Basic\s+([A-Za-z0-9+/=]{1,2000})\s*$/i.exec(header ?? '')?.[1];
  if (coded === undefined) return null;
  const text = Buffer.from(coded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * The device's credentials as `id:key`. Programs differ in what they let one enter: the device's id is the user name, or
 * stands before the key in the password, or is that of the station whose mount it is.
 */
export function deviceCredentials(
  { user, password }: Credentials,
  stationDeviceId: string | null,
): string | null {
  const id = password.slice(0, 36).toLowerCase();
  if (stationDeviceId !== null) {
    const key = password[36] === ':' && isUuid(id) ? password.slice(37) : password;
    return `${stationDeviceId}:${key}`;
  }
  if (isUuid(user.toLowerCase())) return `${user.toLowerCase()}:${password}`;
  return password[36] === ':' && isUuid(id) ? `${id}:${password.slice(37)}` : null;
}
