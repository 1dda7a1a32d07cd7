export type { IcecastContext } from './context.ts';
export { serveIcecast, type IcecastDoor } from './http.ts';
