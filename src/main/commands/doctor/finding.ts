/** One line of the report: what was looked at, what was found, and for trouble what to do. */
export type Finding = {
  readonly what: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly remedy: string | null;
};

export function fine(what: string, found: string): Finding {
  return { what, verdict: 'ok', found, remedy: null };
}

/** Works, but somebody should know. */
export function warn(what: string, found: string, remedy: string): Finding {
  return { what, verdict: 'warn', found, remedy };
}

/** Does not work until somebody does what `remedy` says. */
export function fail(what: string, found: string, remedy: string): Finding {
  return { what, verdict: 'fail', found, remedy };
}
