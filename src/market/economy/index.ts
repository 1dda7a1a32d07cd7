export { readEconomy } from './read-economy.ts';
export { openEconomy } from './room.ts';
