// Which segments of the sound each session fetched. A segment counts once however often it comes, in whatever size: a client that
// loops over one, or asks for ranges of it, has fetched its six seconds and no more.

export type Fetched = {
  note(sessionId: string, segment: number, ms: number): void;
  /** Milliseconds of segments that were fetched for the first time since this was asked last. */
  take(sessionId: string): number;
  forget(sessionId: string): void;
};

/** Sessions that are neither told of nor ended fall out, the oldest first; they are believed what was told before. */
const sessionsMax = 50_000;

export function rememberFetched(): Fetched {
  const sessions = new Map<string, { readonly seen: Set<number>; newMs: number }>();
  return {
    note(sessionId, segment, ms) {
      let session = sessions.get(sessionId);
      if (session === undefined) {
        if (sessions.size >= sessionsMax) sessions.delete(sessions.keys().next().value!);
        session = { seen: new Set(), newMs: 0 };
        sessions.set(sessionId, session);
      }
      if (session.seen.has(segment)) return;
      session.seen.add(segment);
      session.newMs += ms;
    },
    take(sessionId) {
      const session = sessions.get(sessionId);
      if (session === undefined) return 0;
      const ms = Math.round(session.newMs);
      session.newMs = 0;
      return ms;
    },
    forget: (sessionId) => void sessions.delete(sessionId),
  };
}
