import type { Room } from '#foundation/platform/room.ts';
import type { FindingsContext } from './context.ts';
import { serveFindings } from './http.ts';
import { findingsSubscribers, findingsTasks } from './jobs.ts';

export type FindingsNeeds = Pick<FindingsContext, 'db' | 'catalog'> & {
  readonly recognition: Pick<FindingsContext, 'store' | 'searcher'>;
};

export function openFindings({ recognition: { store, searcher }, ...needs }: FindingsNeeds): Room {
  const findings: FindingsContext = { ...needs, store, searcher };
  return {
    name: 'findings',
    serve: (kit) => serveFindings(kit, findings),
    tasks: findingsTasks(findings),
    subscribers: findingsSubscribers(findings),
  };
}
