import { hourMs } from '#foundation/kernel/time.ts';

// Plays are small but a radio that wakes up is not: on Wi-Fi they go at once, else every hour, every six where data is
// dear. A button sends them now.

export type Network = { readonly online: boolean; readonly kind: 'free' | 'dear' | 'unknown' };

const everyMs: Readonly<Record<Network['kind'], number>> = {
  free: 0,
  unknown: hourMs,
  dear: 6 * hourMs,
};

/** When the plays that wait since `sinceMs` are to be sent; null while there is no network. */
export function sendAt(sinceMs: number, network: Network): number | null {
  return network.online ? sinceMs + everyMs[network.kind] : null;
}

type Connection = { readonly type?: string; readonly saveData?: boolean };

/** What the browser says of its network; most say little. */
export function readNetwork(navigator: {
  readonly onLine: boolean;
  readonly connection?: Connection;
}): Network {
  const { onLine, connection } = navigator;
  if (connection === undefined) return { online: onLine, kind: 'unknown' };
  const isDear = connection.saveData === true || connection.type === 'cellular';
  const isFree = connection.type === 'wifi' || connection.type === 'ethernet';
  return { online: onLine, kind: isDear ? 'dear' : isFree ? 'free' : 'unknown' };
}
