import { type ReactNode, useMemo } from 'react';

/** `count` values between 0 and 1: the loudest peak of each stretch. */
export function sampled(peaks: readonly number[], count: number): readonly number[] {
  const top = Math.max(1, ...peaks);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count));
    let peak = 0;
    for (let i = from; i < to; i++) peak = Math.max(peak, peaks[i] ?? 0);
    return peak / top;
  });
}

const barsShown = 96;

/** The recording as a row of bars, what was heard in the accent. Stretched; strokes keep their width. */
export function Wave({ peaks, share }: { peaks: readonly number[]; share: number }): ReactNode {
  const bars = useMemo(() => sampled(peaks, barsShown), [peaks]);
  const heard = Math.round(share * barsShown);
  const draw = (from: number, to: number) =>
    bars
      .slice(from, to)
      .map((size, i) => {
        const x = (((from + i + 0.5) * 100) / barsShown).toFixed(1);
        const half = Math.max(1.5, size * 48);
        return `M${x} ${(50 - half).toFixed(1)}V${(50 + half).toFixed(1)}`;
      })
      .join('');
  return (
    <svg className="wave" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path stroke="var(--stage-accent)" d={draw(0, heard)} />
      <path stroke="currentColor" strokeOpacity=".45" d={draw(heard, barsShown)} />
    </svg>
  );
}

const ticksShown = 132;
const rimRadius = 114;
const tickMax = 34;

/** The same loudness around a drum, clockwise from the top. */
export function Rim({
  peaks,
  share,
}: {
  peaks: readonly number[] | null;
  share: number;
}): ReactNode {
  const ticks = useMemo(() => (peaks === null ? [] : sampled(peaks, ticksShown)), [peaks]);
  const heard = Math.round(share * ticksShown);
  const draw = (from: number, to: number) =>
    ticks
      .slice(from, to)
      .map((size, i) => {
        const angle = ((from + i) / ticksShown) * 2 * Math.PI;
        const x = Math.sin(angle);
        const y = -Math.cos(angle);
        const end = rimRadius + 5 + size * size * tickMax;
        return `M${(x * rimRadius).toFixed(1)} ${(y * rimRadius).toFixed(1)}L${(x * end).toFixed(1)} ${(y * end).toFixed(1)}`;
      })
      .join('');
  return (
    <svg className="ticks" viewBox="-150 -150 300 300" aria-hidden="true">
      <circle className="rim" r="109" strokeWidth="2" />
      {peaks === null ? (
        <circle
          r="116"
          fill="none"
          stroke="var(--stage-accent)"
          strokeWidth="6"
          pathLength="100"
          strokeDasharray={`${share * 100} 100`}
          transform="rotate(-90)"
        />
      ) : (
        <>
          <path stroke="var(--stage-accent)" strokeWidth="3" d={draw(0, heard)} />
          <path
            stroke="var(--on-stage)"
            strokeOpacity=".38"
            strokeWidth="3"
            d={draw(heard, ticksShown)}
          />
        </>
      )}
    </svg>
  );
}
