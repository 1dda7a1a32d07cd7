import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  browserRooms,
  clients,
  computes,
  engineDoors,
  floors,
  foldingMigrations,
  handsOverTo,
  largeRooms,
  librarySchemas,
  mixedMigrations,
  roomMax,
  schemaOf,
  uses,
} from '../house.ts';
import { readSource } from './read-source.ts';
import { isCode, type House, type Plan } from './rules.ts';

const plan: Plan = {
  browserRooms,
  clients,
  computes,
  engineDoors,
  floors,
  foldingMigrations,
  handsOverTo,
  largeRooms,
  librarySchemas,
  mixedMigrations,
  roomMax,
  schemaOf,
  uses,
};
const root = path.resolve(import.meta.dirname, '../..');

/** The checkout as the rules see it: all code of src and web, and every migration. */
export async function readHouse(): Promise<House> {
  const paths = (await Promise.all(['src', 'web'].map(filesBelow))).flat().sort();
  const migrations = [...(await filesBelow('migrations'))].sort();
  return composeHouse(await textsOf(paths.filter(isCode)), await textsOf(migrations), paths);
}

/** A house of texts; `others` are files that are there and not code. */
export function composeHouse(
  code: ReadonlyMap<string, string>,
  migrations: ReadonlyMap<string, string>,
  others: readonly string[],
  drawn: Plan = plan,
): House {
  return {
    plan: drawn,
    sources: [...code].map(([file, text]) => readSource(file, text)),
    paths: new Set([...code.keys(), ...others]),
    migrations,
  };
}

async function filesBelow(top: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, top), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('web/dist/'));
}

async function textsOf(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8')));
  return new Map(files.map((file, i) => [file, texts[i]!]));
}
