// words.en.ts - titles of pages, and the question that each answers.
import { catalogue } from '../base/words';

export const sayPage = catalogue({
  home_title: 'Home',
  home_question: 'What is new, and what waits for me?',
  'my-part_title': 'My part',
  'my-part_question': 'What can I do for a {customer} today?',
  'inside-out_title': 'Inside-out',
  'inside-out_question': 'Where do we contradict, duplicate, or dam up?',
  'no-brainers_title': 'No-brainers',
  'no-brainers_question': 'What is obviously broken, how old is it, and who will fix it?',
  records_title: 'Records',
  records_question: 'What is told, promised and mended here, whose is it, and how old?',
  maps_title: 'Map',
  maps_question: 'What did we intend, and what really happens?',
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
