import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { FindingOut } from '#counting/findings/contract.ts';
import { clock } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from './words.ts';
import './findings.css';

// What an upload shares with what was there before: in words, and as two bars with the shared parts filled.

const stretchesShown = 3;
/** Decisions and kinds are the server's words; a speed of a third of a per cent is nobody's doing. */
const speedShown = 0.004;
const centsShown = 12;

/** `renderBelow`: what a person may do about a finding; without it the list only tells. */
export function FindingList({
  findings,
  renderBelow,
}: {
  findings: readonly FindingOut[];
  renderBelow?: (finding: FindingOut) => ReactNode;
}): ReactNode {
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <Finding
          key={`${finding.recordingId} ${finding.otherId}`}
          finding={finding}
          below={renderBelow?.(finding)}
        />
      ))}
    </ul>
  );
}

function Finding({ finding, below }: { finding: FindingOut; below: ReactNode }): ReactNode {
  const { t, f } = useWords();
  const { stretches, speed, pitchCents } = finding;
  const more = stretches.length - stretchesShown;
  const facts = [
    t('findings.sure', { part: f.sure(finding.confidence) }),
    ...(Math.abs(speed - 1) > speedShown
      ? [t('findings.speed', { percent: signed(f.percent(Math.abs(speed - 1), 1), speed - 1) })]
      : []),
    ...(Math.abs(pitchCents) > centsShown
      ? [t('findings.pitch', { cents: signed(f.number(Math.abs(pitchCents)), pitchCents) })]
      : []),
    t('findings.foundOn', { when: f.date(finding.foundAt) }),
  ];
  return (
    <li className="finding">
      <p className="finding-head">
        <span className={finding.toReview && finding.decision === null ? 'badge warn' : 'badge'}>
          {t(`findings.${finding.kind}`)}
        </span>
        {finding.decision === null && finding.toReview && below === undefined && (
          <span className="badge">{t('findings.waits')}</span>
        )}
        {finding.decision !== null && (
          <span className="badge">
            <Icon name="check" />
            {t(`findings.${finding.decision}`)}
          </span>
        )}
      </p>
      <div className="finding-pair">
        <Side
          id={finding.recordingId}
          title={finding.title}
          artist={finding.artist}
          lengthMs={finding.lengthMs}
          spans={stretches.map(({ fromMs, toMs }) => [fromMs, toMs])}
          role={t('findings.later')}
        />
        <Side
          id={finding.otherId}
          title={finding.otherTitle}
          artist={finding.otherArtist}
          lengthMs={finding.otherLengthMs}
          spans={stretches.map(({ otherFromMs, otherToMs }) => [otherFromMs, otherToMs])}
          role={t('findings.earlier')}
        />
      </div>
      <ul className="finding-where num">
        {stretches.slice(0, stretchesShown).map((one) => (
          <li key={one.fromMs}>
            {t('findings.where', {
              from: clock(one.fromMs),
              to: clock(one.toMs),
              otherFrom: clock(one.otherFromMs),
              otherTo: clock(one.otherToMs),
            })}
          </li>
        ))}
        {more > 0 && <li>{t('findings.moreStretches', { count: more })}</li>}
      </ul>
      <p className="cap num">{facts.join(' · ')}</p>
      {below}
    </li>
  );
}

function Side({
  id,
  title,
  artist,
  lengthMs,
  spans,
  role,
}: {
  id: string;
  title: string;
  artist: string;
  lengthMs: number;
  spans: readonly (readonly [number, number])[];
  role: string;
}): ReactNode {
  const whole = Math.max(1, lengthMs);
  return (
    <div className="finding-side">
      <small className="cap">{role}</small>
      <Link href={`/app/listen/recordings/${id}`} className="finding-title">
        {title}
      </Link>
      <span className="finding-artist">
        {artist} · <span className="num">{clock(lengthMs)}</span>
      </span>
      <svg
        className="finding-bar"
        viewBox="0 0 1000 12"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect className="bar-whole" width="1000" height="12" />
        {spans.map(([from, to]) => (
          <rect
            key={from}
            className="bar-shared"
            x={(1_000 * from) / whole}
            width={Math.max(4, (1_000 * (to - from)) / whole)}
            height="12"
          />
        ))}
      </svg>
    </div>
  );
}

function signed(text: string, value: number): string {
  return `${value < 0 ? '−' : '+'}${text}`;
}
