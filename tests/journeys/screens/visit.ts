import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { password } from './small-country.ts';

// One screen as those see it for whom it is: on a phone and on a desk, light and dark. It does not break, says nothing to
// the console, is not wider than the phone, and axe finds nothing serious.

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const phone = { width: 360, height: 740 };
export const desk = { width: 1440, height: 900 };
const settleMsMax = 10_000;
/** Everything once on each width; what depends on colours alone, in the other scheme as well. */
const looks = [
  { name: '360 light', size: phone, scheme: 'light', rules: 'all' },
  { name: '360 dark', size: phone, scheme: 'dark', rules: 'colours' },
  { name: '1440 dark', size: desk, scheme: 'dark', rules: 'all' },
  { name: '1440 light', size: desk, scheme: 'light', rules: 'colours' },
] as const;
type Look = (typeof looks)[number];

export type Visitor = { readonly page: Page; readonly address: string; readonly said: string[] };

export async function openVisitor(
  browser: Browser,
  address: string,
  email: string | null,
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: phone,
    reducedMotion: 'reduce',
    serviceWorkers: 'block', // what it keeps is tested with the build; here it would only cost time
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    said.push(`console: ${message.text()} ${url}`);
  });
  await page.goto(`${address}/app/sign-in`);
  if (email !== null) {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor();
  }
  await page.evaluate(axeSource);
  return { page, address, said };
}

/** Goes there as a link does, looks four times, and answers what is wrong. */
export async function visit({ page, said }: Visitor, screen: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(screen)})`);
  for (const look of looks) {
    await page.setViewportSize(look.size);
    await page.emulateMedia({ colorScheme: look.scheme });
    wrong.push(...(await settle(page)).map((what) => `${look.name}: ${what}`));
    wrong.push(...(await examine(page, look)).map((what) => `${look.name}: ${what}`));
  }
  wrong.push(...said.splice(0));
  return wrong;
}

/** Waits until nothing is on its way any more. */
export async function settle(page: Page): Promise<readonly string[]> {
  const deadline = Date.now() + settleMsMax;
  for (;;) {
    await sleep(40);
    const state = await page.evaluate<string>(
      `document.querySelector('[aria-busy="true"]') ? 'busy' : document.querySelector('main h1') ? 'there' : 'empty'`,
    );
    if (state === 'there') return [];
    if (Date.now() > deadline) return [`it is still ${state}`];
  }
}

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
};

/** The names of all texts: one that stands on a screen was not fetched with the screen. */
const textKeys = readdirSync('web', { recursive: true, encoding: 'utf8' })
  .filter((file) => /words[/\\]en\.json$/.test(file))
  .flatMap((file) => Object.keys(JSON.parse(readFileSync(path.join('web', file), 'utf8'))));
assert.ok(textKeys.length > 500, `${textKeys.length} texts are known`);

async function examine(page: Page, look: Look): Promise<readonly string[]> {
  const options = {
    resultTypes: ['violations'],
    ...(look.rules === 'colours' ? { runOnly: ['color-contrast'] } : {}),
  };
  const { text, width, passes, violations } = await page.evaluate<{
    text: string;
    width: number;
    passes: number;
    violations: Violation[];
  }>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ passes, violations }) => ({
      text: document.title + ' ' + document.body.innerText,
      width: document.documentElement.scrollWidth,
      passes: passes.length,
      violations: violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3) })),
    }))`,
  );
  return [
    ...(passes === 0 ? ['axe looked at nothing'] : []),
    ...textKeys.filter((key) => text.includes(key)).map((key) => `the text ${key} is missing`),
    ...(width > look.size.width ? [`${width} px wide`] : []),
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id} at ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary.replaceAll('\n', ' ')})`).join('; ')}`,
      ),
  ];
}
