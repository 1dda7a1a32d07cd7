import { useEffect, useState } from 'react';

const low = 0.15;

export type Battery = {
  readonly level: number;
  /** Since the page was opened; null while it charges or nothing was used. */
  readonly used: number | null;
  readonly isLow: boolean;
};
type Manager = EventTarget & { readonly level: number; readonly charging: boolean };

/** What the phone says of its battery; null where it says nothing (most browsers). */
export function useBattery(): Battery | null {
  const [battery, setBattery] = useState<Battery | null>(null);
  useEffect(() => {
    const { getBattery } = navigator as { getBattery?: () => Promise<Manager> };
    let manager: Manager | null = null;
    let begun: number | null = null;
    const look = (): void => {
      if (manager === null) return;
      const { level, charging } = manager;
      if (charging) begun = null;
      else begun ??= level;
      const used = begun === null || begun <= level ? null : begun - level;
      setBattery({ level, used, isLow: !charging && level < low });
    };
    void getBattery?.call(navigator).then((found) => {
      manager = found;
      for (const change of ['levelchange', 'chargingchange']) found.addEventListener(change, look);
      look();
    });
    return () => {
      for (const change of ['levelchange', 'chargingchange'])
        manager?.removeEventListener(change, look);
      manager = null;
    };
  }, []);
  return battery;
}
