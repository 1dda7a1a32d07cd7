import path from 'node:path';

export { answerQuestion } from './answer-question.ts';
export type { AssistantContext } from './context.ts';
export { evaluate, type Judged } from './evaluate.ts';
export { lookupIn, openAssistant } from './room.ts';

/** The judged questions that come with Ngoma. */
export const ownQuestions = path.join(import.meta.dirname, 'questions.jsonl');
