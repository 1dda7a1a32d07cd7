import { answerQuestions } from '#foundation/platform/worker-process.ts';
import { readFile } from './read-file.ts';

// The reading process: one file after the other, in the order in which they were asked for.
answerQuestions(readFile);
