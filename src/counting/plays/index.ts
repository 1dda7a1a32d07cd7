export { auditPlays, type PlaysAudit } from './audit-plays.ts';
export { keyText, uuidFrom } from './derive-key.ts';
export {
  deviceDirectory,
  enrolDevice,
  ensureOwnDevice,
  reporterOf,
  type DeviceDirectory,
} from './enrol-device.ts';
export { servePlays } from './http.ts';
export { serveHistoryFiles } from './history-files/http.ts';
export { playSubscribers } from './events.ts';
export { openPlays, recordPlays, type PlayOutcome, type PlaysContext } from './record-plays.ts';
export { aheadMaxMs, playedMaxMs, textCharsMax, type Reporter } from './read-report.ts';
export { findDevice } from './device-queries.ts';
