export { serveAnalytics } from './http.ts';
