export { forgetOldAnswers, outsideRecognisers } from './ask-outside.ts';
export { serveOutside, type OutsideContext } from './http.ts';
