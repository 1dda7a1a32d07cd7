export type { MonitorContext } from './context.ts';
export { openEar } from './ear.ts';
export { hashEvidence } from './hash-evidence.ts';
export type { Attached, Monitors } from './monitors.ts';
export { findMount } from './queries.ts';
export { sourceOf, type Source as ChannelSource } from './source.ts';
export { openStations } from './room.ts';
export { watchStation } from './watch-station.ts';
