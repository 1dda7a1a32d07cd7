export { serveEconomy } from './http.ts';
