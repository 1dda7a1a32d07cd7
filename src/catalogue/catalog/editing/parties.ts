import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, type PageOf } from '#foundation/kernel/endpoint.ts';
import { newId, type PartyId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { cleanText, nameKey } from '../adding/draft.ts';
import type { CatalogContext } from '../context.ts';
import { parseIpiName, parseIsni } from '../identifiers.ts';
import type { Asked } from '../reading/lists.ts';
import { forgiveTyping } from '../reading/queries.ts';
import type { PartyOut } from '../shapes.ts';
import { noteChange } from './note-change.ts';
import * as queries from './queries.ts';

type PartyRow = Omit<PartyOut, 'ipiValid' | 'isniValid'>;

function partyOut({ id, name, kind, ipi, isni, userId, provenance }: PartyRow): PartyOut {
  return {
    id,
    name,
    kind,
    ipi,
    isni,
    userId,
    provenance,
    ipiValid: ipi === null ? null : parseIpiName(ipi).valid,
    isniValid: isni === null ? null : parseIsni(isni).valid,
  };
}

/** Names and numbers of people who are paid are for editors; everybody sees their own. */
export async function findParties(
  ctx: CatalogContext,
  asked: Asked & { readonly mine?: boolean | undefined },
  caller: UserCaller,
): Promise<PageOf<PartyOut> | Refusal> {
  const { limit, cursor } = asked;
  const page = fromCursor(cursor, 'text', 'uuid');
  if ('kind' in page) return page;
  const after = page.after === null ? null : { key: page.after[0], id: page.after[1] };
  const query = cleanText(asked.query ?? '', 200);
  const words = query === '' ? null : nameKey(query);
  const userId = asked.mine === true || !ctx.permits(caller, 'catalog.edit') ? caller.userId : null;
  const rows = await ctx.db.tx(async (tx) => {
    await tx.run(forgiveTyping, {});
    return tx.all(queries.listParties, { words, userId, after, limit: limit + 1 });
  });
  return cutPage(rows, limit, partyOut, (last) => toCursor(last.key, last.id));
}

export type WantedParty = {
  readonly name: string;
  readonly kind: 'person' | 'organisation';
  readonly ipi?: string | null;
  readonly isni?: string | null;
};

export async function createParty(
  ctx: CatalogContext,
  wanted: WantedParty,
  actor: UserId,
): Promise<PartyOut | Refusal> {
  const name = cleanText(wanted.name);
  if (name === '')
    return refuse('VALIDATION_FAILED', 'A name needs at least one readable character.', 'name');
  const id = newId<'party'>();
  const ipi = wanted.ipi == null ? null : parseIpiName(wanted.ipi).value || null;
  const isni = wanted.isni == null ? null : parseIsni(wanted.isni).value || null;
  return ctx.db.tx(async (tx) => {
    await tx.run(queries.insertParty, {
      id,
      name,
      matchName: nameKey(name),
      kind: wanted.kind,
      ipi,
      isni,
    });
    await noteChange(tx, {
      actor,
      entity: 'party',
      entityId: id,
      change: { what: 'create', ...wanted },
    });
    return partyOut(await tx.one(queries.findParty, { id }));
  });
}

/** Says which account a party belongs to: what it earns and owns is that person's to see. */
export async function claimParty(
  ctx: CatalogContext,
  id: PartyId,
  userId: UserId | null,
  actor: UserId,
): Promise<PartyOut | Refusal> {
  return ctx.db.tx(async (tx) => {
    const party = await tx.maybe(queries.findParty, { id });
    if (party === null) return refuse('NOT_FOUND', 'There is no such party.');
    if (party.userId !== null && userId !== null && party.userId !== userId) {
      return refuse(
        'CONFLICT',
        'This party belongs to somebody else; take that back first.',
        'userId',
      );
    }
    await tx.run(queries.linkParty, { id: party.id, userId });
    await noteChange(tx, {
      actor,
      entity: 'party',
      entityId: party.id,
      change: { what: 'claim', before: party.userId, after: userId },
    });
    return partyOut({ ...party, userId });
  });
}
