/** As what the plays of a channel count. */
export type Source = 'radio' | 'deck' | 'venue';
