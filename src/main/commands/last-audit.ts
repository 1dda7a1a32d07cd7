/** The fact that `audit plays` leaves for `doctor`. */
export const lastAuditFact = 'audit.plays';
export type LastAudit = { readonly at: number; readonly differences: number };
