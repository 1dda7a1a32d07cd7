import type { FastifyRequest } from 'fastify';

// The parameters of a call: query string and form body, a name as often as it comes. They are strings until they are read.

export type Params = ReadonlyMap<string, readonly string[]>;

const paramsMax = 20_000;
const textMax = 2_000;

export function readParams(request: FastifyRequest): Params {
  const params = new Map<string, string[]>();
  const query = request.raw.url?.split('?')[1] ?? '';
  const isForm = request.headers['content-type']?.includes('urlencoded') === true;
  for (const source of [query, isForm && typeof request.body === 'string' ? request.body : '']) {
    let count = 0;
    for (const [name, value] of new URLSearchParams(source)) {
      if (++count > paramsMax) break;
      const list = params.get(name) ?? [];
      list.push(value.slice(0, textMax).toWellFormed().replaceAll('\0', ''));
      params.set(name, list);
    }
  }
  return params;
}

export function textOf(params: Params, name: string): string | null {
  const value = params.get(name)?.[0];
  return value === undefined || value === '' ? null : value;
}

export function numberOf(params: Params, name: string): number | null {
  const text = textOf(params, name);
  const value = Number(text);
  return text !== null && Number.isSafeInteger(value) ? value : null;
}

export function countOf(params: Params, name: string, fallback: number, max: number): number {
  return Math.min(max, Math.max(0, numberOf(params, name) ?? fallback));
}

export function booleanOf(params: Params, name: string): boolean | null {
  const text = textOf(params, name);
  return text === null ? null : text === 'true' || text === '1';
}

const idPattern = /^(?:[a-z]{2}-)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Our ids are uuids; cover ids carry what they are of in front (`al-`). */
export function uuidIn(text: string | null): string | null {
  return text === null ? null : (idPattern.exec(text)?.[1] ?? null);
}

export function idsOf(params: Params, name: string): readonly string[] {
  return (params.get(name) ?? []).map(uuidIn).filter((id) => id !== null);
}
