import { answerQuestions } from '#foundation/platform/worker-process.ts';
import { analyseSound } from './analyse-sound.ts';

// The decoding process. FFmpeg lives here and nowhere in the server: a file that crashes it takes only this down.
answerQuestions(analyseSound);
