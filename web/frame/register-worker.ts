/** Installs the worker after the first screen is there; tells when a newer version waits. */
export function registerWorker(onNewVersion: (use: () => void) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const begin = async () => {
    const hadWorker = navigator.serviceWorker.controller !== null;
    const registration = await navigator.serviceWorker.register('/sw.js');
    const offer = (worker: ServiceWorker | null) => {
      if (worker === null || !hadWorker) return;
      const tell = () => {
        if (worker.state === 'installed')
          onNewVersion(() => worker.postMessage('use the new version'));
      };
      tell();
      worker.addEventListener('statechange', tell);
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => offer(registration.installing));
    if (hadWorker)
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {
        once: true,
      });
  };
  // A worker that cannot be installed (a private window, a full disk) costs the offline shell and nothing else.
  const start = () =>
    void begin().catch((error: unknown) => console.warn('no offline shell:', error));
  if (document.readyState === 'complete') start();
  else addEventListener('load', start, { once: true });
}
