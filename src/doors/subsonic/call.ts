import type { Listener, SubsonicContext } from './context.ts';
import type { Body, Failure } from './envelope.ts';
import type { Params } from './read-call.ts';

/** One call of a player that has signed in. */
export type Call = {
  readonly ctx: SubsonicContext;
  readonly who: Listener;
  readonly params: Params;
  /** The address this installation is reached by, for links. */
  readonly origin: string;
};

/** Answers the fields of the envelope, or why not. */
export type Handler = (call: Call) => Promise<Body | Failure>;
export type Handlers = Readonly<Record<string, Handler>>;

export function isFailure(answer: object): answer is Failure {
  return typeof (answer as Partial<Failure>).code === 'number';
}

export function missing(name: string): Failure {
  return { code: 10, message: `Required parameter is missing: ${name}.` };
}

export function notFound(what: string): Failure {
  return { code: 70, message: `There is no such ${what}.` };
}

export function notAllowed(why: string): Failure {
  return { code: 50, message: why };
}
