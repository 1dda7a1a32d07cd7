// Keeps the shell for the next visit, offline or not. Never keeps an answer of the API and never touches sound:
// what is counted, paid or allowed to be heard is always asked for anew.
const version = /* version */ '';
const precache = /* precache */ [];
const shellCache = `shell-${version}`;
const assetCache = 'assets';
const assetsMax = 120;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shellCache).then((cache) => cache.addAll(precache)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name !== shellCache && name !== assetCache) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

// The page asks for this when the reader agrees to load the new version.
self.addEventListener('message', (event) => {
  if (event.data === 'use the new version') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/' || url.pathname.startsWith('/app/')) event.respondWith(shell(request));
    return;
  }
  if (
    url.pathname.startsWith('/assets/') ||
    url.pathname.startsWith('/fonts/') ||
    precache.includes(url.pathname)
  ) {
    event.respondWith(asset(request));
  }
});

/** Every address of the app is the one page, which is at hand. */
async function shell(request) {
  const cached = await caches.match('/', { cacheName: shellCache });
  return cached ?? fetch(request);
}

/** A hashed file never changes, so the copy is as good as the original. */
async function asset(request) {
  const cached = await caches.match(request);
  if (cached !== undefined) return cached;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(assetCache);
    await cache.put(request, response.clone());
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - assetsMax))) await cache.delete(old);
  }
  return response;
}
