// capture.tsx - the sheet in which something is told in two taps: that it is obviously
// broken, a suggestion, a promise made. What is known where it was opened is filled in: the
// touchpoint, the story, the page's question. Whoever wants to say more goes on in the
// kind's whole form, with what was typed. What could not be sent stays.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import type { CaptureFrom } from '../../base/capture';
import { Problem } from '../../base/problem';
import { type Field, type Fields, type Kind, type Made, type Making, given, kindOf, makeRecord, type Names, once, titleField, useKinds } from '../../base/records';
import { go } from '../../base/url';
import { Await, Button, Note } from '../basic';
import { Dialog } from '../dialog';
import { CheckField, Form } from '../form';
import { tell } from '../layers';
import { FieldInput, type Mistakes, Similar, asSent, handDraft, missing, mistakesOf, useDraft } from './fields';
import { touchpointNamed } from './sources';
import { filled } from './values';
import { say } from './words.en';

/** Where one is, as what is told can be tied to it. */
export function hereAbout(): { fields: (kind: Kind) => Fields; about: Making['about']; label: string; touchpoint: string } {
  const url = new URL(location.href), story = /^\/stories\/(\d+)$/.exec(url.pathname)?.[1];
  const n = Number(story ?? 0), at = url.searchParams.get('at') ?? '';
  const actual = url.pathname === '/actual' ? url.pathname + url.search : '';
  const has = (kind: Kind, type: Field['type']) => given(kind).find((f) => f.type === type && f.name);
  return {
    fields: (kind) => {
      const customer = has(kind, 'customer'), stories = has(kind, 'stories');
      const one = (f: Field, v: string | number) => ({ [f.name]: f.many ? [v] : v });
      return { ...(n && customer && one(customer, n)), ...(actual && stories && one(stories, actual)) };
    },
    about: story ? [{ what: 'customer', number: n }, ...(at ? [{ what: 'interaction', number: n, key: at }] : [])]
      : actual ? [{ what: 'stories', key: actual }] : [],
    label: story ? say('capture_about_story', { n: story }) : actual ? say('capture_about_page') : '',
    touchpoint: actual ? url.searchParams.get('touchpoint') ?? url.searchParams.get('passed') ?? '' : '',
  };
}

/** Few: what is required, the touchpoint, and what was filled already. */
const few = (kind: Kind, start: Fields): Field[] => {
  const main = titleField(kind);
  const all = given(kind).filter((f) => f.required || f.type === 'touchpoint' || filled(start[f.name]));
  const place = (f: Field) => (f === main ? 1 : f.type !== 'touchpoint' ? 2 : kind.owner === 'touchpoint' || f.required ? 0 : 3);
  return all.sort((a, b) => place(a) - place(b));
};
/** One that is told in a moment: where it is says enough, and the words may be left out. */
const isQuick = (kind: Kind): boolean => kind.owner === 'touchpoint' && kind.made_by.includes('customer') && given(kind).filter((f) => f.required).length === 1;

function Done({ made, onClose }: { made: Made; onClose: () => void }) {
  return (
    <div class="record-form">
      <p>{say('capture_done', { n: String(made.record) })}</p>
      {made.code && (
        <>
          <p>{say('capture_code')}</p>
          <p class="record-code">{made.code}</p>
          <p class="muted">{say('capture_code_where', { url: `${location.origin}/reply/${made.code}` })}</p>
        </>
      )}
      <div class="actions"><Button kind="main" onClick={onClose}>{say('capture_close')}</Button></div>
    </div>
  );
}

function OneKind({ kind, from, names, onClose }: { kind: Kind; from: CaptureFrom; names: Names | undefined; onClose: () => void }) {
  const here = useMemo(hereAbout, []);
  const start = useMemo(() => ({ ...here.fields(kind), ...from.fields }), [kind]);
  const tie = (from.about ?? []).map((a) => `.${a.what}.${a.number ?? ''}.${a.key ?? ''}`).join('');
  const draft = useDraft(`capture.${kind.name}${tie}`, start);
  const [unnamed, setUnnamed] = useState(false);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [made, setMade] = useState<Made | null>(null);
  const [key] = useState(once);
  const main = titleField(kind);
  const held = (type: Field['type']) => given(kind).some((f) => f.type === type); // a field says it already
  const about = from.about ?? (here.about ?? []).filter((a) => !held(a.what as Field['type']));
  const [where, setWhere] = useState('');
  const spoken = isQuick(kind) && where ? say('capture_spoken', { what: kind.add || kind.title, where }) : '';
  const fields = few(kind, start).map((f) => (f === main && isQuick(kind) ? { ...f, required: false, help: spoken ? say('capture_left', { text: spoken }) : f.help } : f));
  useEffect(() => {
    const touchpoint = given(kind).find((f) => f.type === 'touchpoint');
    if (!here.touchpoint || !touchpoint || filled(draft.fields[touchpoint.name])) return;
    touchpointNamed(here.touchpoint).then((t) => { if (t) { draft.set({ [touchpoint.name]: touchpoint.many ? [t.value] : t.value }); setWhere(t.label); } }, () => undefined);
  }, [kind]);
  if (made) return <Done made={made} onClose={onClose} />;
  const send = async () => {
    const sent = main && spoken && !filled(draft.fields[main.name]) ? { ...draft.fields, [main.name]: spoken } : draft.fields;
    const empty = missing(few(kind, start), sent);
    setMistakes(empty);
    if (Object.keys(empty).length) throw new Problem(422, 'invalid', say('mistakes', { n: Object.keys(empty).length }), '');
    try {
      const done = await makeRecord(kind.name, { fields: asSent(kind, sent), ...(unnamed && { anonymous: true }), ...(about.length && { about }) }, key);
      draft.drop();
      from.done?.();
      if (done.code) return setMade(done);
      onClose();
      tell(say('capture_done', { n: String(done.record) }));
    } catch (thrown) {
      setMistakes(mistakesOf(thrown, kind));
      throw thrown;
    }
  };
  const more = () => { onClose(); handDraft(`capture.${kind.name}`, draft.fields, about); go(`/records/${kind.name}/new?draft=capture`); };
  return (
    <Form submit={say('capture_send')} onSubmit={send}>
      {fields.map((f) => (
        <FieldInput key={f.name} field={f} near={f.type === 'touchpoint' && (f.required || kind.owner === 'touchpoint')} {...(f.type === 'touchpoint' && { onLabel: setWhere })} value={draft.fields[f.name] ?? null} names={names}
          onChange={(v) => draft.set({ [f.name]: v })} error={mistakes[f.name]} />
      ))}
      {main && <Similar kind={kind} text={String(draft.fields[main.name] ?? '')} />}
      {from.tied && <p class="muted">{say('capture_about', { what: from.tied })}</p>}
      {here.label && !from.about && about.length > 0 && <p class="muted">{say('capture_about', { what: here.label })}</p>}
      {kind.anonymous && <CheckField label={say('anonymous')} help={unnamed ? say('anonymous_help') : undefined} checked={unnamed} onChange={setUnnamed} />}
      <p><Button kind="quiet" onClick={more}>{say('capture_more')}</Button></p>
    </Form>
  );
}

export default function Capture({ from, onClose }: { from: CaptureFrom; onClose: () => void }) {
  const kinds = useKinds();
  const [name, setName] = useState(from.kind ?? 'signal');
  const open = (kinds.data ?? []).filter((k) => k.may_make && k.active);
  const kind = kindOf(open, name) ?? open[0];
  const touchpoint = useGet<{ items: { number: number; name: string }[] }>(from.fields ? '/names/touchpoints' : null);
  const departments = useGet<{ items: { department: number; name: string }[] }>(from.fields?.['department'] ? '/departments' : null);
  const names: Names = {
    ...(touchpoint.data && { touchpoint: Object.fromEntries(touchpoint.data.items.map((t) => [String(t.number), t.name])) }),
    ...(departments.data && { department: Object.fromEntries(departments.data.items.map((d) => [String(d.department), d.name])) }),
  };
  // What is told in a moment stands first; the rest is a tap away.
  const offered = ['signal', 'aggravation', 'suggestion', 'promise', 'note'].flatMap((n) => kindOf(open, n) ?? []);
  return (
    <Dialog title={kind ? kind.add || kind.title : say('capture')} onClose={onClose} sheet>
      <div class="capture record-form">
        <Await got={kinds} lines={5}>
          {() => (kind ? (
            <div class="record-form">
              {offered.length > 1 && !from.kind && (
                <div class="capture-kinds" role="group" aria-label={say('capture_what')}>
                  {offered.map((k) => <Button key={k.name} kind="quiet" pressed={k.name === kind.name} onClick={() => setName(k.name)}>{k.title}</Button>)}
                </div>
              )}
              <OneKind key={kind.name} kind={kind} from={from} names={names} onClose={onClose} />
            </div>
          ) : <Note><p>{say('capture_kinds')}</p></Note>)}
        </Await>
      </div>
    </Dialog>
  );
}
