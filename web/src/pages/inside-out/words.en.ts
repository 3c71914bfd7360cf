// words.en.ts - what the page Inside-out says.
import { catalogue } from '../../base/words';

export const say = catalogue({
  tabs: 'Views', tab_found: 'Findings', tab_handoffs: 'Hand-offs', tab_needs: 'Who knows what', tab_send: 'Before sending', tab_history: 'Over time', tab_facts: 'Right facts', tab_settings: 'What is looked for',

  // What was found
  looked: 'Looked at {messages} among {interactions}, {when}:', messages_n: { one: '{n} message', other: '{n} messages' }, interactions_n: { one: '{n} interaction', other: '{n} interactions' },
  findings_n: { one: '{n} finding', other: '{n} findings' }, within_period: 'that happened within the period, with figures of all the time',
  look_now: 'Look now', look_again: 'Look again', looking: 'Looking through the stories', by_itself: { one: 'Looked at by itself when something came in, at most every minute.', other: 'Looked at by itself when something came in, at most every {n} minutes.' }, looked_done: 'Looked through. What was found stands here.', looked_failed: 'Looking did not come to its end.', looked_stopped: 'Looking was stopped.',
  never_looked: 'Nobody has looked yet', never_looked_help: 'Here will stand what {customers} are told twice or differently by different departments, and where they must tell their story again. It is found in the interactions that were imported, and in the texts of messages where there are some.',
  never_looked_may: 'Somebody who may judge findings can start it.', import_first: 'Import messages',
  none_at_all: 'Nothing was found', none_at_all_help: 'No department contradicts, repeats or holds back anything that can be seen in the stories. Look again when more messages are there.',
  none_filter: 'Nothing within this filter', none_filter_help: 'Choose a longer period or other departments.', filter_clear: 'Clear the filter',
  column_duplicate: 'Said twice', column_contradiction: 'Said differently', column_dam: 'Told again',
  column_duplicate_help: 'Two departments tell the same {customer} the same.', column_contradiction_help: 'What two departments say cannot both be right.', column_dam_help: 'After a hand-off {customers} tell what we know already.',
  column_none_duplicate: 'Nobody is told the same twice.', column_none_contradiction: 'No two messages contradict each other.', column_none_dam: 'Nobody had to tell their story again.',
  all_n: { one: 'Show the other one', other: 'Show all {n}' }, fewer: 'Show fewer',
  further: 'Also found', further_help: 'By number of {customers}. Choose a sort to see only it.', further_none: 'Nothing of the other sorts was found.', further_all: 'All sorts', sort_count: '{sort} ({n})',
  judged_show: 'Not a finding', judged_note: 'These were looked at and are no findings; each says why. They are not made again.', judged_none: 'Nothing was judged to be no finding', judged_none_help: 'Open a finding and say "Not a finding" with the reason: it stands here then, and is not made again.',
  customers_n: { one: '{n} {customer}', other: '{n} {customers}' }, head_customers: '{Customers}', head_what: 'What', head_sort: 'Sort', head_between: 'Between', head_last: 'Last', head_first: 'First', head_times: 'Times',
  pair: '{a} and {b}', cost: 'costs about {span}', since: 'since {when}', moments: { one: 'once', other: '{n} times' }, was_judged: 'not a finding',
  sort_duplicate: 'Said twice', sort_signatory: 'Two letters, one name', sort_contradiction: 'Said differently', sort_dam: 'Told again', 'sort_context-lost': 'Handed on without a word', sort_overload: 'Too many messages', sort_never: 'It should never happen', sort_deviation: 'Not as it was planned', sort_promise: 'A promise was not kept', sort_ownerless: 'Nobody\u2019s', sort_forgotten: 'A forgotten step', sort_aggravation: 'Known for long, and still there',
  fact_date: 'date', fact_time: 'time of day', fact_money: 'amount', fact_percent: 'percentage', fact_duration: 'duration', fact_number: 'number', fact_phone: 'phone number', fact_email: 'e-mail address', fact_url: 'web address', fact_person: 'name', fact_product: 'product', fact_id: 'reference number', fact_policy: 'yes or no',
  'way_same-purpose': 'same purpose', 'way_same-text': 'nearly the same text', way_told: 'the same told again', way_asked: 'asked for what was given', way_given: 'the same given again', 'way_says-so': '"as I already told"', 'way_no-reason': 'no reason was passed on', 'way_no-receipt': 'nobody confirmed it was read',

  // One finding
  finding: 'Finding', finding_gone: 'This finding is not there (any more)', finding_gone_help: 'Stories have changed since, and it was not found again.',
  all_customers: 'Who is behind it',
  side_by_side: 'Side by side', example_of: '{Customer} {who}, {n} of {of}', example_next: 'Next {customer}', example_before: 'Previous {customer}', no_examples: 'The messages themselves are shown to who may read stories.',
  first_message: 'First message', second_message: 'Second message', only_message: 'What happened', differs: 'What differs', the_first: '{who} says', says_nothing: 'nothing',
  from_customer: 'The {customer}', to_department: 'to {who}', department_unknown: 'Department not said', signed: 'signed {who}', role_wrote: 'written down by: {role}', no_text: 'No text came with it.', in_story: 'Open in the story',
  whole_story: 'The whole story',
  merged_open: 'To be agreed first. Until then the text says what the later message says:', merged_open_one: '{fact}: {a} ({from}) or {b} ({to})',
  held: 'Where it was known', held_help: 'The step at which it was told first, the department that had it, and the systems that step is kept in, as maps and sources tell. Never a person. That you looked stands in the audit log.',
  held_step: 'Step', held_department: 'Department', held_system: 'System', held_what: 'What it keeps', held_times: 'Times', held_unknown: 'Not known',
  waits: 'The department that had it may reply first. Until it has, or a week is over, only those concerned see which one it is.',
  share_draft: 'Share it as a draft', drafts: 'Shared drafts',
  merged: 'One message instead of two', merged_help: 'A proposal: the newer text, with what only the other one said. What both meant well is kept.', intention_of: '{department} wants: {purpose}', intention_plain: '{department} writes it', copy: 'Copy', copied: 'The text is copied.', check_it: 'Check it before sending',
  right_name: 'Name the right fact', right_lead: 'Which one holds? The next message that says otherwise is found.', right_which: 'What is right', right_value_of: '{value} (as {who} says)', right_other: 'Neither of them', right_value: 'What is right then', right_words: 'The sentence that says it', right_words_help: 'As it stands in messages: later ones that say otherwise about the same are found by it.', right_from: 'Holds from', right_until: 'Holds until', right_save: 'This is right', right_saved: 'Kept as a right fact.', right_fact: 'Which fact', right_missing: 'Say what is right, and the sentence that says it.',
  not_finding: 'Not a finding', not_finding_lead: 'Then it is not counted, and not made again for the same messages. The reason stands with it for everybody.', not_finding_why: 'Why not?', not_finding_done: 'Not counted any more.', why_meant: 'It is meant to be so', why_different: 'They are about different things', why_corrected: 'The second one corrects the first', why_missing: 'Say why, in a few words.',
  judged_by: '{who}, {when}: not a finding. {why}', judged_again: 'It is a finding after all', judged_back: 'Counted again.', somebody: 'Somebody',
  record: 'What is done about it', record_none: 'No record was made of it yet: it touches fewer {customers} than the least number that is set, or it was only just found.', record_waits: 'A record was made. It waits for the reply of the department it touches; until then only they see it.', record_reply: 'The department it touches may answer before everybody sees it.', record_open: 'Open the record', ask_reply: 'Open and answer',
  happened: 'When it happened', happened_basis: '{Customers} it happened to, by month.', month: 'Month', months: '{sort}: when it happened', months_lead: 'How often it happened, by month of the later message. What was mended happens less.', months_sort: 'Sort',
  how_often: 'How often it was found', history_basis: '{customers}, by day on which stories were looked through.', times_n: { one: '{n} time', other: '{n} times' },
  effect: 'What came after it', effect_basis: 'Within 14 days after it; {n} of {of} have others like them: at the same steps, in the same quarter of a year, known as long, in touch as often within 90 days before. Payments and purchases are no contact. The others weigh as those whom it hit; intervals of 95 %.', effect_change: 'Points more',
  reached: 'Whom it reaches', reached_band: 'Known for', reached_share: 'Share', reached_rule: 'Counted from their first interaction here until it happened.', reached_before: { one: '{n} of them was here in the first 90 days of the data already, perhaps for longer.', other: '{n} of them were here in the first 90 days of the data already, perhaps for longer.' }, band_new: 'New: less than 90 days', band_known: '90 days to a year', 'band_long-time': 'Long-time: a year or longer', effect_with: 'With', effect_without: 'Without', effect_contacts: 'Contacted us again', effect_complaints: 'Complained', 'effect_low-scores': 'Gave a low score', effect_customers: '{Customers}', effect_range: '{low} to {high}', effect_what: 'What',
  day: 'Day',

  // Hand-offs
  handoffs: 'Told again after a hand-off', handoffs_basis: 'Of {n} hand-offs (the next interaction about a problem is with another department), those after which the {customer} told or gave again what we knew already; with 95 % intervals. Rows hand over, columns receive.', handoffs_none: 'No hand-offs yet', handoffs_none_help: 'A hand-off is there when the next interaction about a problem is with another department.',
  left_out: { one: '{n} finding waits for the reply of the department it touches and is not counted here yet.', other: '{n} findings wait for the reply of the departments they touch and are not counted here yet.' },
  handoffs_cell: '{from} to {to}: told again after {share} of {n} hand-offs', from: 'From', to: 'To', handoffs_n: 'Hand-offs', told_again: 'Told again', told_again_share: 'Told again, share', interval: 'Interval (95 %)', range: '{low} \u2013 {high}', gap: 'Until the next contact, mean', days_n: { one: '{n} day', other: '{n} days' },
  asked_again: 'What is asked again', asked_again_none: 'What was told again is free text, no single facts.', open_finding: 'Open the finding', days_lost: 'Days lost', told_again_who: '{Customers} who told it again',
  twice_pairs: 'Said twice, by departments', twice_pairs_help: 'What two departments both told the same {customers}: the same message, or letters in one name. {Customers} count once in a pair.', findings_head: 'Findings', head_cost: 'Cost', no_cause: 'No finding was made of it: it touches too few {customers}.', handed_stories: 'These stories on Actual',

  // Needs and holds
  needs: 'Who knows what, who needs it', needs_lead: 'From the journey maps (what a touchpoint needs and holds) and from what {customers} were asked again. Dark: a department needs it, and another one has it.', needs_none: 'No map says who needs or holds what yet', needs_none_help: 'Open a map and say at a touchpoint which information it needs and which it holds.', to_maps: 'Open the maps',
  item_told: 'What the {customer} told', item_fact: 'Given by the {customer}: {fact}', item: 'Information', department: 'Department', state: 'State', touchpoints: 'Touchpoints', asked_again_n: 'Asked again',
  cell_holds: 'has it', cell_needs: 'needs it and has it', cell_dark: 'needs it, works in the dark', cell_open: 'needs it, nobody has it', cell_aria: '{department}, {item}: {state}', cell_asked: { one: 'asked again {n} time', other: 'asked again {n} times' }, needed_at: 'Needed or held at', held_by: 'Those who have it: {who}.', held_by_nobody: 'No department says that it has it.',
  ask_for: 'Ask for it', offer_it: 'Offer it', ask_what: '{item}', ask_why: 'Then {customers} need not tell it again.', ask_lead: 'A request goes to the department that has it; how long sharing takes is counted.', offer_lead: 'An offer tells the department that needs it where it is.', requests: 'Requests and offers', dark_n: { one: '{n} dark cell', other: '{n} dark cells' },

  // Over time
  history: 'Findings over time', history_lead: 'How many findings of each sort were open on the days on which stories were looked through. All have the same scale.', history_none: 'Nothing to compare yet', history_none_help: 'Each day on which stories are looked through adds a point.', now_n: '{n} now',

  // Right facts
  facts: 'Right facts', facts_lead: 'What was named as right. A message that says otherwise is found from then on.', facts_none: 'No right fact is named yet', facts_none_help: 'Open a finding under "Said differently" and name which of the two is right.', facts_go: 'To what is said differently',
  fact_type: 'Type', fact_value: 'What is right', fact_words: 'The sentence', fact_from: 'From', fact_until: 'Until', fact_who: 'Named by', fact_always: 'open', fact_remove: 'Remove', fact_removed: 'No longer a right fact: {what}.', fact_finding: 'Its finding',

  // Settings
  settings: 'What is looked for, and how far', settings_lead: 'Rather silent than wrong: a narrower window finds less, and what it finds is surer.',
  set_duplicate: 'Said twice: within how many days', set_contradiction: 'Said differently: how many days a message holds', set_dam: 'Told again: within how many days after a hand-off', set_overload: 'Too many messages: more than', set_overload_help: 'A number within a time: "5 within 7d".', set_least: 'Least number of {customers} of a finding', set_least_help: 'Fewer than these are counted, but no record is made.',
  set_sorts: 'Sorts that are looked for', set_minutes: 'Minutes', preview: 'See what it would change', preview_title: 'Findings now and then', preview_now: 'Now', preview_then: 'Then', preview_difference: 'Difference', save: 'Save', saved: 'Kept. It holds from the next time stories are looked through.', settings_read: 'Somebody who may change settings can change them.', set_number: 'A whole number from 1.',

  // Before sending
  send: 'Before sending', send_lead: 'Give the text and whom it is for. You see who else writes to them, whether it is said already, and what it contradicts. Nothing is sent from here, and nothing is kept.',
  send_subject: 'Subject', send_text: 'Text', send_department: 'Which department sends it?', send_purpose: 'What is it for?', send_purpose_help: 'In a word or two, the same as before: "welcome".', send_signatory: 'In whose name?', send_channel: 'Channel', send_when: 'When', send_when_help: 'Empty: now.', send_more: 'More about it',
  send_to: 'To whom?', send_by_list: 'A list', send_by_list_help: 'E-mail addresses or numbers, as they come from a list.', send_by_filter: 'A filter', send_by_filter_help: 'Everybody whose story passes it.', send_list: 'One in a line', send_list_help: 'An e-mail address, or sort and value: "customer:K0000018".', send_check: 'Check it', send_missing: 'The text, the department and at least one {customer} are needed.', send_clear: 'Begin anew',
  answer: 'Before you send it', answer_all_good: 'Nothing speaks against it', answer_good: 'Nobody said it already, nothing contradicts it, and nobody gets too much.', answer_to: 'It would go to {customers}.', unknown_n: { one: '{n} is not known here', other: '{n} are not known here' },
  contradicts: 'It contradicts', contradicts_yours: 'You write', contradicts_theirs: '{who} wrote', contradicts_right: 'Right is', contradicts_named: 'named as right', contradicts_put: 'Put it right', put_in: 'Put in: {what}.', to_n: 'to {customers}',
  duplicates: 'It is said already', duplicates_row: '{who} already wrote the same', duplicates_alike: '{share} alike', signatures: 'In the same name', signatures_row: '{who} already wrote in the same name', too_much: 'Too much', too_much_row: '{customers} would get more than {limit} messages within {days}, one of them {most}.',
  others: 'Who else writes to them', others_none: 'Nobody else writes to them in this time.', head_department: 'Department', head_purpose: 'What for', head_channel: 'Channel', head_when: 'When', show_message: 'Show the message', hide_message: 'Hide it',
  your_text: 'Your text, with what is contradicted marked',
});
