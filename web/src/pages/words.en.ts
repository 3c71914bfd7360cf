// words.en.ts - titles of pages, and the question that each answers.
import { catalogue } from '../base/words';

export const sayPage = catalogue({
  home_title: 'Home',
  home_question: 'What is new, and what waits for me?',
  data_title: 'Data & consent',
  data_question: 'Where does this come from, and may we?',
  design_title: 'Parts',
  design_question: 'What do pages consist of, and how do they look in every state?',
});
