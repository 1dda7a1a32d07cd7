import { useWords as useAnyWords } from '../../ui/words.tsx';
import type english from './words/en.json';

export const useWords = useAnyWords<keyof typeof english>;
