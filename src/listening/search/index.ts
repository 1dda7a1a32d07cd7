export { evaluateSearch, type Judged } from './evaluate-search.ts';
export { openNames } from './keep-names.ts';
export { openSearch } from './room.ts';
export { findIds, type SearchContext } from './find-names.ts';
