// words.en.ts - what the parts say by themselves.
import { catalogue } from '../base/words';

export const say = catalogue({
  again: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading',
  request: 'Number for the log: {request}',
  more: 'Show more',
  sort_up: 'sorted, smallest first',
  sort_down: 'sorted, largest first',
  actions: 'Actions',
  optional: 'optional',
  rows: { one: '{n} row', other: '{n} rows' },
  completed: 'completed',
  missing: 'missing',
  failing: 'failing',
  adhoc: 'ad-hoc',
  undo: 'Undo',
  dismiss: 'Dismiss',
});
