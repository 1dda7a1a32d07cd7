export { evaluateSearch, type Judged } from './evaluate-search.ts';
export { openNames } from './keep-names.ts';
export { openSearch } from './room.ts';
export type { SearchContext } from './context.ts';
export { findIds, findNames } from './find-names.ts';
