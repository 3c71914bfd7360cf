// words.en.ts - what the first page says.
import { catalogue } from '../../base/words';

export const say = catalogue({
  so_far: 'So far',
  new: 'What is new',
  nothing: 'Nothing has been told yet',
  nothing_hint: 'Here will be what your {customers} live through. The first step: import a file of interactions.',
  job: '{kind}: {state}',
  jobs: 'Long work',
  no_jobs: 'No import, export or report has run yet.',
  kind: 'What',
  state: 'State',
  owner: 'Asked for by',
  started: 'Begun',
});
