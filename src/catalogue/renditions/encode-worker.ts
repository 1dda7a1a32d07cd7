import { answerQuestions } from '#foundation/platform/worker-process.ts';
import { encodeLadder, type EncodeRequest } from './encode-ladder.ts';

// The encoding process: whatever a file does to FFmpeg, it does here.
answerQuestions(async (request: EncodeRequest) => {
  try {
    return encodeLadder(request);
  } catch (error) {
    return {
      kind: 'problem',
      reason: 'undecodable',
      detail: String((error as Error).message).slice(0, 300),
    };
  }
});
