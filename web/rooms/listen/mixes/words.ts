import { useWords as useAnyWords } from '../../../ui/words.tsx';
import type room from '../words/en.json';
import type english from './words/en.json';

export const useWords = useAnyWords<keyof typeof english | keyof typeof room>;
