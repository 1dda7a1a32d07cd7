import type { Listening } from './player.ts';

export function reportListening(_listening: Listening): void {}
