// reviews.tsx - what they say: every review of everybody, the newest first, with what was
// answered; how many by score, touchpoint and department. Nothing is left out, and each
// figure narrows the list to what is behind it.
import { useGet } from '../../base/api';
import { useHead } from '../../base/head';
import { locale } from '../../base/locale';
import { oneOf, text, useQuery } from '../../base/url';
import { Await, Bar, Button, Card, Chip, Empty, Figures, LinkButton, Table, Tabs, quoted } from '../../parts';
import { say } from './words.en';

interface Review {
  ref: string;
  time: string;
  customer: number;
  touchpoint?: string;
  department?: string;
  score: number;
  text?: string;
  answered?: string;
  answer?: string;
  answer_text?: string;
}
interface Count {
  reviews: number;
  customers: number;
  answered: number;
  score_mean: number;
}
interface Reviews extends Count {
  answer_ms_p50: number;
  answer_ms_p90: number;
  says: string;
  scores: { score: number; reviews: number; answered: number }[];
  touchpoints: (Count & { touchpoint: string | null })[];
  departments: (Count & { department: string | null })[];
  listed: number;
  items: Review[];
  next: string | null;
}
const params = { answered: oneOf('any', 'no', 'yes'), score: text(), touchpoint: text(), department: text(), after: text() };
const NONE = '(none)'; // the name of what has none, for the API
const at = (customer: number, ref: string) => `/stories/${customer}?at=${encodeURIComponent(ref)}`;

function One({ r }: { r: Review }) {
  return (
    <li class="story-review">
      <p>
        <strong>{say('score', { score: r.score })}</strong>{' '}
        <a href={at(r.customer, r.ref)}>{r.touchpoint ?? say('no_touchpoint')}</a>{' '}
        {r.department && <Chip kind="department">{r.department}</Chip>}{' '}
        <span class="muted">{locale.dayTime(r.time)}, <a href={`/stories/${r.customer}`}>#{r.customer}</a></span>
      </p>
      {r.text && <blockquote>{r.text}</blockquote>}
      {r.answered
        ? <p class="story-review-answer"><a href={at(r.customer, r.answer ?? r.ref)}>{say('answered', { day: locale.day(r.answered) })}</a>{r.answer_text && <>: {r.answer_text}</>}</p>
        : <p class="muted">{say('unanswered')}</p>}
    </li>
  );
}

const scoreWord = (score: number) => (score < 0 ? say('reviews_below') : score > 100 ? say('reviews_above') : String(score));

function Where<R extends Count>({ title, rows, nameOf, onPick }: { title: string; rows: R[]; nameOf: (r: R) => string | null; onPick: (name: string) => void }) {
  return (
    <Table caption={title} rows={rows} keyOf={(r) => nameOf(r) ?? ''} columns={[
      { id: 'name', head: title, cell: (r) => <Button kind="quiet" onClick={() => onPick(nameOf(r) ?? NONE)}>{nameOf(r) ?? say('nobody')}</Button>, sort: (r) => nameOf(r) ?? '' },
      { id: 'n', head: say('reviews_n'), cell: (r) => r.reviews, sort: (r) => r.reviews, number: true },
      { id: 'mean', head: say('reviews_mean'), cell: (r) => r.score_mean, sort: (r) => r.score_mean, number: true },
      { id: 'answered', head: say('reviews_answered'), cell: (r) => locale.share(r.answered, r.reviews), sort: (r) => r.answered / r.reviews, number: true },
    ]} />
  );
}

export function ReviewsOfAll() {
  const [q, set] = useQuery(params);
  useHead({ title: say('reviews'), question: say('reviews_question') });
  const named = (name: string) => (name ? quoted(name) : null);
  const got = useGet<Reviews>('/reviews', {
    answered: q.answered, score: q.score || null, touchpoint: named(q.touchpoint), department: named(q.department), after: q.after || null, limit: 20,
  });
  const narrow = (change: Partial<typeof q>) => set({ after: '', ...change });
  return (
    <div class="story-find">
      <div class="actions">
        {(['touchpoint', 'department', 'score'] as const).map((one) => q[one] && (
          <Chip key={one} kind={one === 'department' ? 'department' : 'plain'} onRemove={() => narrow({ [one]: '' })}>
            {one === 'score' ? say('score', { score: q.score }) : q[one]}
          </Chip>
        ))}
        <LinkButton kind="quiet" href="/stories">{say('erased_close')}</LinkButton>
      </div>
      <Await got={got} lines={16}>
        {(all) => (all.reviews === 0 ? <Empty title={say('reviews_none')}>{say('reviews_none_hint')}</Empty> : (
          <>
            <Card title={say('reviews_scores')}>
              <Figures items={[
                { label: say('reviews_n'), value: locale.number(all.reviews), note: say('reviews_of', { n: all.customers }) },
                { label: say('reviews_answered'), value: locale.share(all.answered, all.reviews) },
                ...(all.answered ? [{ label: say('reviews_half'), value: locale.duration(all.answer_ms_p50), note: say('reviews_most', { time: locale.duration(all.answer_ms_p90) }) }] : []),
              ]} />
              <Table caption={say('reviews_scores')} captionHidden rows={all.scores} keyOf={(r) => r.score} columns={[
                { id: 'score', head: say('reviews_score'), cell: (r) => (r.score < 0 || r.score > 100 ? scoreWord(r.score)
                  : <Button kind="quiet" onClick={() => narrow({ score: String(r.score) })}>{scoreWord(r.score)}</Button>), sort: (r) => r.score },
                { id: 'n', head: say('reviews_n'), cell: (r) => r.reviews, sort: (r) => r.reviews, number: true },
                { id: 'bar', head: say('reviews_share'), cell: (r) => <><Bar part={r.reviews} of={all.reviews} /> {locale.share(r.reviews, all.reviews)}</> },
                { id: 'answered', head: say('reviews_answered'), cell: (r) => locale.share(r.answered, r.reviews), sort: (r) => r.answered / r.reviews, number: true },
              ]} />
              <p class="muted">{all.says}</p>
            </Card>
            <Card title={say('reviews_said')}>
              <Tabs label={say('reviews_said')} value={q.answered} onChange={(answered) => narrow({ answered })}
                tabs={[{ id: 'any', label: say('reviews_all') }, { id: 'no', label: say('reviews_open') }, { id: 'yes', label: say('reviews_done') }]}>
                <p class="muted">{say('reviews_listed', { n: all.listed })}</p>
                <ul class="story-reviews">{all.items.map((r) => <One key={`${r.customer} ${r.ref}`} r={r} />)}</ul>
                {all.next && <div class="actions"><Button onClick={() => set({ after: all.next ?? '' })}>{say('reviews_older')}</Button></div>}
              </Tabs>
            </Card>
            <Card title={say('reviews_where')}>
              <Where title={say('reviews_touchpoint')} rows={all.touchpoints} nameOf={(r) => r.touchpoint} onPick={(touchpoint) => narrow({ touchpoint })} />
              <Where title={say('department')} rows={all.departments} nameOf={(r) => r.department} onPick={(department) => narrow({ department })} />
            </Card>
          </>
        ))}
      </Await>
    </div>
  );
}
