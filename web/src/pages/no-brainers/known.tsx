// known.tsx - what is known to be bad and stays for now, with the day it is looked at again.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { type Kind, type RecordPage, hrefOf, kindOf, nameIn } from '../../base/records';
import { Await, Card, Empty, LinkButton, Table } from '../../parts';
import { StateOf } from '../../parts/records';
import { say } from './words.en';

export function KnownBad({ kinds }: { kinds: Kind[] }) {
  const kind = kindOf(kinds, 'known-bad');
  const got = useGet<RecordPage>(kind ? '/records/known-bad' : null, { limit: 200, order: 'due' });
  if (!kind) return <Empty title={say('known_none')} />;
  const review = (text: unknown) => (typeof text === 'string' && text ? text : '');
  return (
    <Card title={say('known')} actions={kind.may_make && kind.active && <LinkButton icon="plus" href="/records/known-bad/new">{kind.add}</LinkButton>}>
      <p class="muted no-brainers-lead">{say('known_lead')}</p>
      <Await got={got}>
        {(page) => (
          <Table caption={say('known')} captionHidden rows={page.items} keyOf={(r) => r.record} empty={<p>{say('known_none')}</p>} columns={[
            { id: 'what', head: say('known_what'), cell: (r) => <a href={hrefOf(r)}>{r.title}</a>, sort: (r) => r.title },
            { id: 'harm', head: say('known_harm'), cell: (r) => String(r.fields['harm'] ?? '') },
            { id: 'who', head: say('known_who'), cell: (r) => nameIn(page.names, 'person', Number(r.fields['asked'] ?? 0)) },
            { id: 'state', head: say('known_state'), cell: (r) => <StateOf kind={kind} r={r} />, sort: (r) => r.state },
            {
              id: 'review', head: say('known_review'), number: true, sort: (r) => review(r.fields['review']) || null,
              cell: (r) => {
                const day = review(r.fields['review']);
                if (!day) return '';
                const late = !r.closed && Date.parse(day) < Date.now();
                return <span class={late ? 'record-late' : undefined}>{locale.day(`${day}T12:00:00Z`)}{late ? `, ${say('known_late')}` : ''}</span>;
              },
            },
          ]} />
        )}
      </Await>
    </Card>
  );
}
