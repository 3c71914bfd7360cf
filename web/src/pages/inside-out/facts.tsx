// facts.tsx - the facts that were named as right.
import { del, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Await, Button, Card, Empty, LinkButton, Table, tell, tellProblem } from '../../parts';
import { factName } from './types';
import { say } from './words.en';

interface Fact {
  fact: number;
  type: string;
  value: string;
  words: string;
  from: string | null;
  until: string | null;
  cause: string | null;
  person: string | null;
}
const dayOf = (day: string | null) => (day ? locale.day(`${day.slice(0, 10)}T12:00:00Z`) : say('fact_always'));

export function Facts({ finding }: { finding: (cause: string) => string }) {
  const got = useGet<{ items: Fact[] }>('/reference-facts');
  const remove = async (f: Fact) => {
    await del(`/reference-facts/${f.fact}`);
    got.again();
    const back = f.cause && (async () => {
      await post(`/findings/${f.cause}/right`, { type: f.type, value: f.value, words: f.words, ...(f.from && { from: f.from }), ...(f.until && { until: f.until }) });
      got.again();
    });
    tell(say('fact_removed', { what: f.words }), back || undefined);
  };
  return (
    <Card title={say('facts')}>
      <p class="muted inside-lead">{say('facts_lead')}</p>
      <Await got={got} lines={4}>
        {({ items }) => (
          <Table caption={say('facts')} captionHidden rows={items} keyOf={(f) => f.fact}
            empty={<Empty title={say('facts_none')} action={<LinkButton href="/inside-out">{say('facts_go')}</LinkButton>}>{say('facts_none_help')}</Empty>}
            columns={[
              { id: 'words', head: say('fact_words'), names: true, cell: (f) => f.words, sort: (f) => f.words },
              { id: 'value', head: say('fact_value'), cell: (f) => <strong>{f.value}</strong>, sort: (f) => f.value },
              { id: 'type', head: say('fact_type'), cell: (f) => factName(f.type), sort: (f) => factName(f.type) },
              { id: 'from', head: say('fact_from'), cell: (f) => dayOf(f.from), sort: (f) => f.from },
              { id: 'until', head: say('fact_until'), cell: (f) => dayOf(f.until), sort: (f) => f.until },
              { id: 'who', head: say('fact_who'), cell: (f) => f.person ?? say('somebody') },
            ]}
            actions={(f) => (
              <>
                {f.cause && <LinkButton kind="quiet" href={finding(f.cause)}>{say('fact_finding')}</LinkButton>}
                {may('findings') && <Button kind="quiet" onClick={() => void remove(f).catch(tellProblem)}>{say('fact_remove')}</Button>}
              </>
            )} />
        )}
      </Await>
    </Card>
  );
}
