import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon } from './icon.tsx';

const linesShown = 4;

type Around = { label: string; hint?: ReactNode; wrong?: string | undefined };

function Frame({
  id,
  label,
  hint,
  wrong,
  children,
}: Around & { id: string; children: ReactNode }): ReactNode {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {wrong !== undefined ? (
        <p className="wrong" id={`${id}-note`}>
          <Icon name="warn" />
          <span>{wrong}</span>
        </p>
      ) : (
        hint !== undefined && (
          <span className="cap" id={`${id}-note`}>
            {hint}
          </span>
        )
      )}
    </div>
  );
}

function noteOf(id: string, { hint, wrong }: Around) {
  return {
    ...(wrong === undefined ? {} : { 'aria-invalid': true }),
    ...(wrong === undefined && hint === undefined ? {} : { 'aria-describedby': `${id}-note` }),
  };
}

/** A labelled input. What is wrong is said beside it, in words; what was typed stays. */
export function Field({
  label,
  hint,
  wrong,
  ...rest
}: Around & ComponentProps<'input'>): ReactNode {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <input className="input" {...rest} id={id} {...noteOf(id, { label, hint, wrong })} />
    </Frame>
  );
}

/** Like `Field`, for some sentences. */
export function LongField({
  label,
  hint,
  wrong,
  ...rest
}: Around & ComponentProps<'textarea'>): ReactNode {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <textarea
        className="input"
        rows={linesShown}
        {...rest}
        id={id}
        {...noteOf(id, { label, hint, wrong })}
      />
    </Frame>
  );
}

export function Select({
  label,
  hint,
  wrong,
  options,
  ...rest
}: Around &
  ComponentProps<'select'> & {
    options: readonly { readonly value: string; readonly name: string }[];
  }): ReactNode {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <span className="select">
        <select className="input" {...rest} id={id} {...noteOf(id, { label, hint, wrong })}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
        <Icon name="chevronDown" />
      </span>
    </Frame>
  );
}

export function Search({ label, ...rest }: ComponentProps<'input'> & { label: string }): ReactNode {
  const id = useId();
  return (
    <span className="search">
      <label className="sr" htmlFor={id}>
        {label}
      </label>
      <Icon name="search" />
      <input
        className="input"
        type="search"
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        placeholder={label}
        {...rest}
        id={id}
      />
    </span>
  );
}
