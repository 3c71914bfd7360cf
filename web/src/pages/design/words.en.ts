// words.en.ts - what the page of parts says.
import { catalogue } from '../../base/words';

export const say = catalogue({
  buttons: 'Buttons',
  chips: 'Who and where',
  shapes: 'The four states',
});
