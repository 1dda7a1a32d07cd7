// Where evidence was heard, and when two positions are one place.

export type Position = { readonly lat: number; readonly lon: number; readonly accuracyM: number };

/** Two positions closer than this are one place, however good the receivers claim to be. */
export const samePlaceM = 50;
/** A fix worse than this says a district, not a place: it is kept and never used to merge. */
export const accuracyMaxM = 1_000;

const earthRadiusM = 6_371_000;
const radians = Math.PI / 180;

/** Great-circle distance in metres (haversine). */
export function distanceM(a: Position, b: Position): number {
  const dLat = (b.lat - a.lat) * radians;
  const dLon = (b.lon - a.lon) * radians;
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

export function isOnePlace(a: Position, b: Position): boolean {
  return distanceM(a, b) <= Math.max(samePlaceM, a.accuracyM, b.accuracyM);
}

// A grid of about 2.2 km finds candidates by index: whatever is within 1 km lies in a cell or its neighbours
// (cells narrow towards the poles; at 60 degrees they are still 1.1 km wide).
const cellDegrees = 0.02;
const columnsCount = 360 / cellDegrees;

export function cellOf(lat: number, lon: number): number {
  return cellAt(Math.floor((lat + 90) / cellDegrees), Math.floor((lon + 180) / cellDegrees));
}

export function cellsAround(lat: number, lon: number): readonly number[] {
  const row = Math.floor((lat + 90) / cellDegrees);
  const column = Math.floor((lon + 180) / cellDegrees);
  return [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => cellAt(row + dy, column + dx)));
}

function cellAt(row: number, column: number): number {
  return row * columnsCount + ((column + columnsCount) % columnsCount);
}
