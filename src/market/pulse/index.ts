export { numbersOf } from './http.ts';
export { tiers, type Tier } from './judge-news.ts';
export { readDigest } from './make-digest.ts';
export { putFeed } from './queries.ts';
export { readFeed } from './read-feed.ts';
export { openPulse } from './room.ts';
export { storeNews, type PulseContext } from './store-news.ts';
