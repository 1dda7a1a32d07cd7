export { auditPlays, type PlaysAudit } from './audit-plays.ts';
export { keyText, uuidFrom } from './derive-key.ts';
export { enrolDevice, ensureOwnDevice, reporterOf, type DeviceDirectory } from './enrol-device.ts';
export { playsAt, recordPlays, type PlayOutcome, type PlaysContext } from './record-plays.ts';
export { openPlays } from './room.ts';
export { aheadMaxMs, playedMaxMs, textCharsMax, type Reporter } from './read-report.ts';
export { findDevice } from './device-queries.ts';
