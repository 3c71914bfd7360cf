// words.en.ts - titles of pages, and the question that each answers.
import { catalogue } from '../base/words';

export const sayPage = catalogue({
  home_title: 'Home',
  home_question: 'What is new, and what waits for me?',
  actual_title: 'Actual',
  actual_question: 'Which paths do {customers} take?',
  stories_title: 'Stories',
  stories_question: 'What has this {customer} lived through with us, and what do they still expect?',
  data_title: 'Data & consent',
  data_question: 'Where does this come from, and may we?',
  people_title: 'People',
  people_question: 'Who works with this, and who may do what?',
  settings_title: 'Settings',
  settings_question: 'How do we speak here, and what are our rules?',
  design_title: 'Parts',
  design_question: 'What do pages consist of, and how do they look in every state?',
});
