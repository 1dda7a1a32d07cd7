import { StreamFault } from './trouble.ts';

/** The line is open and nothing comes. */
export class Stalled extends StreamFault {}
