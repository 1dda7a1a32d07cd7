export { evaluate, type Pair } from './evaluate.ts';
export { openRecommend } from './room.ts';
