import type { ReactNode } from 'react';
import { useWords } from '../words.ts';
import type { Ring } from './use-listening.ts';

const innerRadius = 50;
const stepRadius = 7.4;
const count = 14;
const teeth = 24;
const toothDepth = 11;
/** A loud second is this thick. */
const widthMax = 6;
/** Ears hear ratios: from a quiet room to a loud bar, in decibels of full scale. */
const quietDb = -60;
const loudDb = -12;

/** The drum seen from above: each ring one second, the newest inside; thicker is louder; the zigzag is a hit. */
export function Rings({ rings }: { rings: readonly Ring[] }): ReactNode {
  const { t } = useWords();
  return (
    <svg className="rings" viewBox="-152 -152 304 304" role="img" aria-label={t('now.rings')}>
      {Array.from({ length: count }, (_, i) => {
        const ring = rings[i];
        const radius = innerRadius + i * stepRadius;
        if (ring?.hit === true) return <path key={i} className="hit" d={zigzag(radius)} />;
        const width = ring === undefined ? 0.8 : widthOf(ring.level);
        const opacity = ring === undefined ? 0.25 : 1 - (0.7 * i) / count;
        return (
          <circle
            key={i}
            r={radius}
            strokeWidth={width.toFixed(1)}
            strokeOpacity={opacity.toFixed(2)}
          />
        );
      })}
    </svg>
  );
}

function widthOf(level: number): number {
  const db = 20 * Math.log10(Math.max(level, 1e-6));
  return (
    0.8 + (widthMax - 0.8) * Math.min(1, Math.max(0, (db - quietDb) / (loudDb - quietDb))) ** 2
  );
}

function zigzag(radius: number): string {
  const points = Array.from({ length: 2 * teeth }, (_, i) => {
    const angle = (Math.PI * i) / teeth;
    const at = i % 2 === 0 ? radius + toothDepth / 2 : radius - toothDepth / 2;
    return `${(at * Math.sin(angle)).toFixed(1)} ${(-at * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${points.join('L')}z`;
}
