import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

type ButtonProps = ComponentProps<'button'> & {
  /** `main`: the one filled button of a screen. */
  kind?: 'main' | 'plain' | 'bare';
  icon?: IconName;
  busy?: boolean;
};

export function Button({
  kind = 'plain',
  icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps): ReactNode {
  const look = kind === 'main' ? ' btn-main' : kind === 'bare' ? ' btn-bare' : '';
  return (
    <button
      type="button"
      className={`btn${look}${className === undefined ? '' : ` ${className}`}`}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function IconButton({
  icon,
  label,
  className,
  ...rest
}: ComponentProps<'button'> & { icon: IconName; label: string }): ReactNode {
  return (
    <button
      type="button"
      className={`btn btn-icon${className === undefined ? '' : ` ${className}`}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

/** The round one. Only playing is round. */
export function PlayButton({
  label,
  playing = false,
  ...rest
}: ComponentProps<'button'> & { label: string; playing?: boolean }): ReactNode {
  return (
    <button type="button" className="play" aria-label={label} {...rest}>
      <Icon name={playing ? 'pause' : 'play'} />
    </button>
  );
}
