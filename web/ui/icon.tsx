import type { ReactNode } from 'react';

// One stroke weight for all (.i in base.css). Circles and boxes are written as paths so that an icon is one string.
const paths = {
  analytics: 'M3 17l6-6 4 4 8-9M21 11V6h-5',
  check: 'm5 12.5 4.5 4.5L19 7',
  chevron: 'm9 6 6 6-6 6',
  chevronDown: 'm6 9 6 6 6-6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  data: 'M7 20V8m-3.5 3.5L7 8l3.5 3.5M17 4v12m-3.5-3.5L17 16l3.5-3.5',
  device: 'M7 3h10v18H7zM11 18h2',
  down: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  ear: 'M7 9a5 5 0 0 1 10 0c0 4-4 4.5-4 8a3 3 0 0 1-5.5 1.6M10 10a2 2 0 0 1 4 0c0 1.6-2 2-2 3.5',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01',
  listen: 'M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H6a2 2 0 0 1-2-2zM20 14h-3v6h1a2 2 0 0 0 2-2z',
  lock: 'M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
  money:
    'M12 3c4.4 0 8 1.3 8 3s-3.6 3-8 3-8-1.3-8-3 3.6-3 8-3zM4 6v6c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12v6c0 1.7 3.6 3 8 3s8-1.3 8-3v-6',
  more: 'M4 7h16M4 12h16M4 17h16',
  next: 'M6 5v14l9-7zM18 5v14',
  offline:
    'M3 3l18 18M8.5 8.5A8 8 0 0 0 5 11M2 8a14 14 0 0 1 4-2.6M12 5a14 14 0 0 1 10 3M15.5 10.5A8 8 0 0 1 19 11.5M9 15a4 4 0 0 1 5 0M12 19h.01',
  pause: 'M7 5h3v14H7zM14 5h3v14h-3z',
  play: 'M8 5v14l11-7z',
  plus: 'M12 5v14M5 12h14',
  previous: 'M18 5v14l-9-7zM6 5v14',
  queue: 'M4 6h16M4 11h10M4 16h7M17 13v7l4-3.5z',
  refresh: 'M20 11a8 8 0 0 0-14-4L4 9M4 4v5h5M4 13a8 8 0 0 0 14 4l2-2M20 20v-5h-5',
  saved: 'm5 12 5 5 9-10M5 21h14',
  search: 'M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l5 5',
  share: 'M12 15V4m-4 4 4-4 4 4M5 12v8h14v-8',
  shuffle: 'M3 7h4l9 10h5M3 17h4l2.5-2.8M13.5 9.8 16 7h5M18 4l3 3-3 3M18 14l3 3-3 3',
  studio: 'M5 4v9M5 17v3M12 4v3M12 11v9M19 4v11M19 19v1M3 15h4M10 9h4M17 17h4',
  theme: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16M12 8l3-1M12 12h8M12 16l5.5 1',
  track:
    'M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7.8 7.8a6 6 0 0 0 0 8.4M16.2 7.8a6 6 0 0 1 0 8.4M4.9 4.9a10 10 0 0 0 0 14.2M19.1 4.9a10 10 0 0 1 0 14.2',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 3.5-6 8-6s8 2 8 6',
  warn: 'M12 4 2.5 20h19zM12 10v4M12 17h.01',
  x: 'm6 6 12 12M18 6 6 18',
} as const;

export type IconName = keyof typeof paths;

/** Decoration unless a label is given; the control around it carries the name. */
export function Icon({ name, label }: { name: IconName; label?: string }): ReactNode {
  return (
    <svg
      className="i"
      viewBox="0 0 24 24"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark: a drum skin with the zigzag. */
export function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true">
      <circle cx="14" cy="14" r="14" fill="var(--accent-fill)" />
      <path
        d="M1 11.5l3.7 5 3.7-5 3.7 5 3.7-5 3.7 5 3.7-5 3.7 5"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
      />
    </svg>
  );
}
