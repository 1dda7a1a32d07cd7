import type { Segment } from './segment.ts';

/** The same with arrays that threads share instead of copying. */
export function shareSegment(segment: Segment): Segment {
  return {
    ...segment,
    starts: shared(segment.starts),
    places: shared(segment.places),
    levels: shared(segment.levels),
    directory: shared(segment.directory),
    postings: shared(segment.postings),
  };
}

function shared<Numbers extends Uint32Array | Uint8Array>(numbers: Numbers): Numbers {
  const kind = numbers.constructor as new (of: SharedArrayBuffer) => Numbers;
  const copy = new kind(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
