/** The line is open and nothing comes. */
export class Stalled extends Error {}
