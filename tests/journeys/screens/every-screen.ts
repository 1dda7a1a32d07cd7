import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { testDatabase } from '#foundation/platform/testing.ts';
import { startServer, temporaryHome } from '../../lifecycle/server-process.ts';
import { openBrowser } from '../browser.ts';
import { adminEmail, makeSmallCountry, password, type SmallCountry } from './small-country.ts';
import { openVisitor, visit } from './visit.ts';

// Every room of the web app has a file here: a table of its screens and of those for whom they are. A file has a house of its
// own, so that one room can be looked at alone and two at once.

export type Country = {
  readonly browser: Browser;
  readonly address: string;
  readonly made: SmallCountry;
};
/** Whose screens: an address of `people`, or null for who has not signed in. */
type Visits = readonly (readonly [email: string | null, screens: readonly string[]])[];

/** Looks at every screen of a room; `more` is what else is tested there, in the same house. */
export function everyScreen(
  room: string,
  visitsOf: (made: SmallCountry) => Visits,
  more?: (t: TestContext, country: Country) => Promise<void>,
): void {
  test(`every screen of ${room}, on a phone and on a desk, light and dark`, async (t) => {
    const browser = await openBrowser().catch((error: Error) => error);
    if (browser instanceof Error) return t.skip(`no browser starts here: ${browser.message}`);
    t.after(() => browser.close());
    const country = await openCountry(t, browser);
    const visits = visitsOf(country.made);
    assert.ok(
      visits.every(([, screens]) => screens.length > 0),
      'everybody named looks at something',
    );
    const found: string[] = [];
    for (const [email, screens] of visits) {
      const visitor = await openVisitor(browser, country.address, email);
      for (const screen of screens) {
        const wrong = await visit(visitor, screen);
        found.push(...wrong.map((what) => `${email ?? 'signed out'} ${screen}: ${what}`));
      }
      await visitor.page.context().close();
    }
    assert.deepEqual(found, []);
    await more?.(t, country);
  });
}

async function openCountry(t: TestContext, browser: Browser): Promise<Country> {
  // What was opened last is closed first: a database is dropped when its server is gone.
  const closing: (() => Promise<void>)[] = [];
  const ending = { after: (work: () => Promise<void>) => void closing.unshift(work) };
  t.after(async () => {
    for (const close of closing) await close();
  });
  const { url } = await testDatabase(ending);
  const home = temporaryHome(ending);
  const server = await startServer({
    home,
    env: { DATABASE_URL: url, NGOMA_ADMIN_EMAIL: adminEmail, NGOMA_ADMIN_PASSWORD: password },
  });
  ending.after(async () => {
    server.child.kill('SIGINT');
    await server.ended();
  });
  await server.ready();
  const music = path.join(path.dirname(home), 'music');
  await mkdir(music, { recursive: true });
  const made = await makeSmallCountry(server.address, music);
  assert.ok(made.plays > 100, 'there is something to see');
  return { browser, address: server.address, made };
}
