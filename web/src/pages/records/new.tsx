// new.tsx - a record is made: the form comes from the kind's declaration; those that are
// like it stand beside it while one types.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { useHead } from '../../base/head';
import { Problem } from '../../base/problem';
import { type Detail, type Fields, type Kind, type Made, copied, given, hrefOf, makeRecord, once, titleField } from '../../base/records';
import { whoAmI } from '../../base/session';
import { flag, go, oneOf, text, useQuery, whole } from '../../base/url';
import { Await, Button, Card, Form, LinkButton, Note, type Pick, Picker, RadioField, TextField, tell } from '../../parts';
import { DraftNote, FieldInputs, type Mistakes, Similar, asSent, draftTied, filled, findDepartments, findPeople, missing, mistakesOf, say as sayRecord, useDraft } from '../../parts/records';
import { say } from './words.en';

const params = { copy: whole(0), draft: oneOf('', 'capture'), touchpoint: whole(0), customer: whole(0), record: whole(0), stories: text(), back: flag() };

function Start({ kind, start, names, copy }: { kind: Kind; start: Fields; names: Detail['names'] | undefined; copy: number }) {
  const [q] = useQuery(params);
  const draft = useDraft(q.draft === 'capture' ? `capture.${kind.name}` : copy ? `copy.${copy}` : `new.${kind.name}`, start);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [who, setWho] = useState<'named' | 'anonymous' | 'between' | 'for'>('named');
  const [only, setOnly] = useState('');
  const [between, setBetween] = useState<Pick[]>([]);
  const [owner, setOwner] = useState<Pick[]>([]);
  const [department, setDepartment] = useState<Pick[]>([]);
  const [made, setMade] = useState<Made | null>(null);
  const [key] = useState(once);
  const main = titleField(kind);
  const send = async () => {
    const empty = missing(given(kind), draft.fields);
    setMistakes(empty);
    if (who === 'between' && !between[0]) throw new Problem(422, 'invalid', sayRecord('go_between_missing'), '');
    if (Object.keys(empty).length) throw new Problem(422, 'invalid', sayRecord('mistakes', { n: Object.keys(empty).length }), '');
    const about = [...(q.record ? [{ what: 'record', number: q.record }] : []), ...(q.draft ? draftTied(`capture.${kind.name}`) : [])];
    try {
      const done = await makeRecord(kind.name, {
        // Of a copy also what was emptied, so that it is not filled again from the other.
        fields: asSent(kind, Object.fromEntries(Object.entries(draft.fields).filter(([, v]) => filled(v) || copy > 0))),
        ...(draft.words.trim() && { words: draft.words.trim() }),
        ...(who !== 'named' && { anonymous: true }), ...(who === 'for' && { go_between: whoAmI().person }),
        ...(who === 'between' && between[0] && { go_between: between[0].value, ...(only.trim() && { between: only.trim() }) }),
        ...(owner[0] && { owner: owner[0].value }), ...(department[0] && { department: department[0].value }),
        ...(copy && { copy_of: copy }), ...(about.length && { about }),
      }, key);
      draft.drop();
      if (done.code) return setMade(done);
      tell(say('made', { n: String(done.record) }));
      go(hrefOf({ kind: kind.name, record: done.record }), { replace: true });
    } catch (thrown) {
      setMistakes(mistakesOf(thrown, kind));
      throw thrown;
    }
  };
  if (made) return (
    <Card title={say('code_title')}>
      <div class="record-form">
        <p>{sayRecord('capture_done', { n: String(made.record) })} {sayRecord(who === 'for' ? 'go_between_code' : 'capture_code')}</p>
        <p class="record-code">{made.code}</p>
        <p class="muted">{sayRecord('capture_code_where', { url: `${location.origin}/reply/${made.code}` })}</p>
        <div class="actions"><LinkButton kind="main" href={`/records/${kind.name}`}>{say('back')}</LinkButton></div>
      </div>
    </Card>
  );
  return (
    <div class="records-new">
      <Card>
        <Form submit={say('make')} onSubmit={send} cancel={() => history.back()}>
          <DraftNote draft={draft} />
          {copy > 0 && <Note><p>{say('copying', { n: String(copy) })}</p></Note>}
          <FieldInputs kind={kind} draft={draft} names={names} mistakes={mistakes} />
          <TextField label={say('more_words')} optional lines={3} value={draft.words} onInput={draft.setWords} />
          {kind.anonymous && (
            <RadioField label={sayRecord('by_whom')} value={who} onChange={setWho} choices={[
              { value: 'named', label: sayRecord('named') },
              { value: 'anonymous', label: sayRecord('anonymous'), help: sayRecord('anonymous_help') },
              { value: 'between', label: sayRecord('go_between'), help: sayRecord('go_between_help') },
              { value: 'for', label: sayRecord('go_between_for'), help: sayRecord('go_between_for_help') },
            ]} />
          )}
          {who === 'between' && (
            <>
              <Picker label={sayRecord('go_between_who')} kind="person" find={findPeople} chosen={between} onChange={setBetween} />
              <TextField label={sayRecord('go_between_only')} help={sayRecord('go_between_only_help')} optional lines={2} most={1000} value={only} onInput={setOnly} />
            </>
          )}
          {kind.owner !== 'author' && (
            <>
              <Picker label={say('owner_new')} help={say('owner_new_help')} optional kind="person" find={findPeople} chosen={owner} onChange={(p) => { setOwner(p); setDepartment([]); }} />
              {!owner.length && <Picker label={sayRecord('offer_department')} optional kind="department" find={findDepartments} chosen={department} onChange={setDepartment} />}
            </>
          )}
        </Form>
      </Card>
      {main && <aside class="records-beside" aria-label={sayRecord('similar')}><Similar kind={kind} text={String(draft.fields[main.name] ?? '')} /></aside>}
    </div>
  );
}

export function New({ kind }: { kind: Kind }) {
  const [q] = useQuery(params);
  const got = useGet<Detail>(q.copy ? `/records/${kind.name}/${q.copy}` : null);
  useHead({ title: kind.add || kind.title, question: kind.says });
  const known = useMemo((): Fields => {
    const of = (type: string, value: number | string) => {
      const field = value ? given(kind).find((f) => f.type === type) : undefined;
      return field ? { [field.name]: field.many ? [value] : value } : {};
    };
    return { ...of('touchpoint', q.touchpoint), ...of('customer', q.customer), ...of('record', q.record), ...of('stories', q.stories) };
  }, [kind]);
  useEffect(() => document.querySelector<HTMLElement>('.records-new .field input, .records-new .field textarea')?.focus({ preventScroll: true }), []);
  if (!kind.may_make || !kind.active) {
    return (
      <Note kind="warn">
        <p>{kind.active ? say('who_may_not', { who: whoAre(kind.made_by) }) : say('off')}</p>
        <Button onClick={() => go(`/records/${kind.name}`)}>{say('back')}</Button>
      </Note>
    );
  }
  if (!q.copy) return <Start kind={kind} start={known} names={undefined} copy={0} />;
  return (
    <Await got={got} lines={8}>
      {(from) => <Start kind={kind} copy={q.copy} names={from.names} start={Object.fromEntries(copied(kind).map((f) => [f.name, from.fields[f.name] ?? null]))} />}
    </Await>
  );
}
/** "whoever owns it, Firsthand by itself" */
export const whoAre = (words: string[]): string => words.map((w) => say(`who_${w}` as 'who_anybody')).join(', ');
