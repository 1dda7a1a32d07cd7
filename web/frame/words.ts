import { useWords as useAnyWords } from '../ui/words.tsx';
import type english from './words/en.json';

/** The frame also says the names of rooms, which the build takes from the rooms' own texts (build/room-names.ts). */
export const useWords = useAnyWords<keyof typeof english | `room.${string}`>;
