export { evaluate, type Evaluation, type Pair } from './evaluate.ts';
