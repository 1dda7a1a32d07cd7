import net from 'node:net';

// Loaded before every test file: a test that reaches for the network fails here and says what it wanted,
// instead of passing on the machine of whoever wrote it.

const connect = net.Socket.prototype.connect;
const here = /^(localhost|127(\.\d+){3}|::1|0\.0\.0\.0|::)$/;

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]): net.Socket {
  const host = hostOf(args);
  if (host !== null && !here.test(host)) {
    throw new Error(
      `a test tried to reach ${host}; use a local server that speaks the same format`,
    );
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;

/** node:net passes its own normalised form, an array of options and callback, or what a caller wrote. */
function hostOf(args: readonly unknown[]): string | null {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: string; host?: string };
    return path === undefined ? (host ?? 'localhost') : null;
  }
  return typeof args[1] === 'string' ? args[1] : null;
}
