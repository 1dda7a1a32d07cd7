export { openEconomy } from './room.ts';
