export type { MonitorContext } from './context.ts';
export { openEar } from './ear.ts';
export { serveStations } from './http.ts';
export { openMonitors, type Attached, type Monitors } from './monitors.ts';
export { findMount } from './queries.ts';
export { sourceOf, type Source as ChannelSource } from './source.ts';
export { openStationThread } from './station-thread.ts';
export { openUnknownIndex } from './unknown/unknown-index.ts';
export { watchStation } from './watch-station.ts';
