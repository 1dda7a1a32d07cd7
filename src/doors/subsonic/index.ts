export { serveSubsonic } from './serve.ts';
export type { SubsonicContext } from './context.ts';
