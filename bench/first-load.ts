import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../tests/journeys/browser.ts';
import { startServer } from '../tests/lifecycle/server-process.ts';
import { machine, median } from './house.ts';

// The first screen of Listen in a real browser on a phone's width: what it weighs, whether it holds still, how long
// it takes on a slow link and a slow processor, and how soon a tap is followed by sound. The server is a demo country
// of its own, or the one whose address is in BENCH_DEMO_URL.

const phone = { width: 360, height: 740 };
const link = { kbitPerS: 400, roundTripMs: 300 };
const processorSlowdown = 4;
const rounds = 3;
const quietMs = 1_500;
const waitMsMax = 90_000;
const composeMsMax = 10 * 60_000;
const listener = { email: 'listener@demo.example', password: 'ngoma-demo-2026' };

/** Remembers shifts, paints, slow events and the element that sounds; the content policy lets a page ask none of it. */
const watch = `
  globalThis.shift = 0; globalThis.largest = 0; globalThis.slowest = { ms: 0, name: '' };
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) shift += e.value; })
    .observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => { for (const e of list.getEntries()) largest = e.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const e of list.getEntries())
      if (e.interactionId && e.duration > slowest.ms) slowest = { ms: e.duration, name: e.name }; })
    .observe({ type: 'event', buffered: true, durationThreshold: 16 });
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { globalThis.sounding = this; return play.call(this); };
`;

type Weights = { script: number; style: number; font: number; api: number; other: number };

const own = process.env['BENCH_DEMO_URL'] === undefined ? await startDemo() : null;
const address = own?.address ?? process.env['BENCH_DEMO_URL']!;
const browser = await openBrowser();
console.log(
  `First load of Listen at ${phone.width} px. ${machine()}; ${browser.browserType().name()} ${browser.version()}.`,
);
try {
  const loads = await repeat(() => load(browser));
  const slow = await repeat(() => load(browser, true));
  const plays = await repeat(() => firstPlay(browser));
  const delays = await repeat(() => interact(browser));
  print(loads, slow, plays, delays);
} finally {
  await browser.close();
  await own?.stop();
}

async function repeat<T>(measure: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await measure());
  return results;
}

async function open(from: Browser): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await from.newContext({
    viewport: phone,
    isMobile: true,
    hasTouch: true,
    serviceWorkers: 'block', // what it keeps for the next visit comes after the first screen
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  return { page, cdp };
}

async function slowDown(cdp: CDPSession): Promise<void> {
  const throughput = (link.kbitPerS * 1_000) / 8;
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: link.roundTripMs,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: processorSlowdown });
}

async function load(from: Browser, slow = false) {
  const { page, cdp } = await open(from);
  const weights: Weights = { script: 0, style: 0, font: 0, api: 0, other: 0 };
  const kinds = new Map<string, keyof Weights>();
  let lastByteAt = performance.now();
  cdp.on('Network.responseReceived', ({ requestId, type, response }) => {
    const isApi = new URL(response.url).pathname.startsWith('/api/');
    kinds.set(
      requestId,
      isApi
        ? 'api'
        : type === 'Script'
          ? 'script'
          : type === 'Stylesheet'
            ? 'style'
            : type === 'Font'
              ? 'font'
              : 'other',
    );
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weights[kinds.get(requestId) ?? 'other'] += encodedDataLength;
    lastByteAt = performance.now();
  });
  if (slow) await slowDown(cdp);
  const began = performance.now();
  await page.goto(address, { waitUntil: 'commit', timeout: waitMsMax });
  const paintedMs = await until(page, `document.querySelector('main h1') !== null`, began);
  const filledMs = await until(
    page,
    `document.querySelector('.rank li') !== null && !document.querySelector('[aria-busy="true"]')`,
    began,
  );
  while (performance.now() - lastByteAt < quietMs) await sleep(100);
  const shift = await page.evaluate<number>('shift');
  await page.context().close();
  return { weights, paintedMs, filledMs, shift };
}

/** From the tap to sound, signed in, on the slow link and the slow processor. */
async function firstPlay(from: Browser) {
  const { page, cdp } = await open(from);
  await enter(page);
  let received = 0;
  const media = new Set<string>();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (request.url.includes('/media/recordings/')) media.add(requestId);
  });
  cdp.on('Network.dataReceived', ({ requestId, dataLength }) => {
    if (media.has(requestId)) received += dataLength;
  });
  await sleep(quietMs); // the player's code is fetched when idle after first paint
  await slowDown(cdp);
  const began = performance.now();
  await page.locator('.rank .btn-icon').first().tap();
  const soundMs = await until(page, '(globalThis.sounding?.currentTime ?? 0) > 0', began);
  const result = { soundMs, receivedBytes: received };
  await page.context().close();
  return result;
}

/** The slowest answer to a tap or a key, on the slow processor. */
async function interact(from: Browser) {
  const { page, cdp } = await open(from);
  await enter(page);
  await sleep(quietMs);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: processorSlowdown });
  await page.locator('.rank .btn-icon').first().tap();
  await sleep(quietMs);
  await page.getByRole('searchbox').tap();
  await page.keyboard.type('umu', { delay: 120 });
  await sleep(quietMs);
  await page.locator('.bottom a').first().tap();
  await sleep(quietMs);
  await page.locator('.rank .door').first().tap();
  await sleep(quietMs);
  const slowest = await page.evaluate<{ ms: number; name: string }>('slowest');
  await page.context().close();
  return slowest;
}

async function enter(page: Page): Promise<void> {
  await page.goto(`${address}/app/sign-in`);
  await page.locator('input[type=email]').fill(listener.email);
  await page.locator('input[type=password]').fill(listener.password);
  await page.locator('button[type=submit]').click();
  await page.locator('.rank li').first().waitFor();
}

async function until(page: Page, condition: string, began: number): Promise<number> {
  for (;;) {
    if (await page.evaluate<boolean>(condition).catch(() => false))
      return performance.now() - began;
    if (performance.now() - began > waitMsMax) return Number.POSITIVE_INFINITY;
    await sleep(20);
  }
}

function print(
  loads: Awaited<ReturnType<typeof load>>[] | readonly Awaited<ReturnType<typeof load>>[],
  slow: readonly Awaited<ReturnType<typeof load>>[],
  plays: readonly Awaited<ReturnType<typeof firstPlay>>[],
  delays: readonly Awaited<ReturnType<typeof interact>>[],
): void {
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const mid = (values: readonly number[]) => median([...values]);
  const { weights } = loads[0]!;
  const all = Object.values(weights).reduce((sum, bytes) => sum + bytes, 0);
  const worst = delays.reduce((a, b) => (b.ms > a.ms ? b : a));
  const conditions = `${link.kbitPerS} kbit/s, ${link.roundTripMs} ms, processor ${processorSlowdown}x slower`;
  console.log(`Slow: ${conditions}; medians of ${rounds}.`);
  console.log('| case | figure | asked |');
  console.log('| --- | --- | --- |');
  console.log(`| scripts, as sent | ${kb(weights.script)} | 150 kB |`);
  console.log(`| styles / fonts | ${kb(weights.style)} / ${kb(weights.font)} | |`);
  console.log(
    `| answers of the API / page and icons | ${kb(weights.api)} / ${kb(weights.other)} | |`,
  );
  console.log(`| all of the first load, headers included | ${kb(all)} | 300 kB |`);
  console.log(
    `| layout shift (fast / slow) | ${mid(loads.map((one) => one.shift)).toFixed(3)} / ${mid(slow.map((one) => one.shift)).toFixed(3)} | 0 |`,
  );
  console.log(
    `| first screen, then filled, slow | ${seconds(mid(slow.map((one) => one.paintedMs)))}, ${seconds(mid(slow.map((one) => one.filledMs)))} | |`,
  );
  console.log(
    `| tap to sound, slow | ${seconds(mid(plays.map((one) => one.soundMs)))} after ${kb(mid(plays.map((one) => one.receivedBytes)))} | 2 s at 64 kbit/s |`,
  );
  console.log(`| slowest interaction, slow processor | ${worst.ms} ms (${worst.name}) | 200 ms |`);
}

/** A demo country of its own; ready once its sound is composed. */
async function startDemo() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-demo-'));
  const home = path.join(folder, 'data');
  const server = await startServer({ home, env: { NGOMA_DEMO: 'true' } });
  await server.ready();
  const deadline = Date.now() + composeMsMax;
  while (!/can be heard/.test(server.output()) && Date.now() < deadline) await sleep(1_000);
  return {
    address: server.address,
    async stop() {
      server.child.kill('SIGINT');
      await server.ended();
      if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
    },
  };
}
