// words.en.ts - titles of pages, and the question that each answers.
import { catalogue } from '../base/words';

export const sayPage = catalogue({
  home_title: 'Home',
  home_question: 'What is new, and what waits for me?',
  design_title: 'Parts',
  design_question: 'What do pages consist of, and how do they look in every state?',
});
