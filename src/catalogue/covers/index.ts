export { boardOf, boardSize, type Board, type Shape } from './imigongo.ts';
