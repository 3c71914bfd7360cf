// consent.tsx - what data of people is used for, and what each of them said to it.
import { useRef, useState } from 'preact/hooks';
import { patch, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { asProblem, type Problem } from '../../base/problem';
import { useQuery, whole } from '../../base/url';
import { Await, Bar, Button, Card, CheckField, Dialog, Empty, Fail, Form, Note, RadioField, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Purpose {
  purpose: number;
  word: string;
  name: string;
  shown: string;
  basis: string;
  holds: boolean;
  active: boolean;
  given: number;
  withdrawn: number;
  version: number;
}
interface ConsentOf {
  customer: number;
  purposes: { purpose: number; word: string; name: string; given: boolean; said: boolean; since: string | null }[];
  history: { entry: number; purpose: number; given: boolean; at: string; how: string; source: string; recorded: string }[];
}

export function Consent() {
  const [q, set] = useQuery({ customer: whole(0) });
  const got = useGet<{ items: Purpose[] }>('/purposes');
  const [open, setOpen] = useState<{ purpose?: Purpose } | null>(null);
  const adding = <Button kind="main" icon="plus" onClick={() => setOpen({})}>{say('add_purpose')}</Button>;
  return (
    <>
      <Note>{say('consent_intro')}</Note>
      <Await got={got}>
        {({ items }) => (
          <>
            <Card title={say('purposes')} actions={items.length > 0 && adding}>
              <Table caption={say('purposes')} captionHidden rows={items} keyOf={(p) => p.purpose}
                empty={<Empty title={say('no_purposes')} action={adding}>{say('no_purposes_hint')}</Empty>} columns={[
                  { id: 'name', head: say('purpose'), sort: (p) => p.name, cell: (p) => <>{p.name}<br /><small class="muted">{p.word}{!p.active && `, ${say('not_asked')}`}</small></> },
                  { id: 'shown', head: say('shown'), cell: (p) => p.shown },
                  { id: 'basis', head: say('basis'), cell: (p) => p.basis },
                  { id: 'holds', head: say('silent'), cell: (p) => say(p.holds ? 'given' : 'not_given') },
                  { id: 'given', head: say('said_yes'), number: true, sort: (p) => p.given, cell: (p) => p.given },
                  { id: 'withdrawn', head: say('said_no'), number: true, sort: (p) => p.withdrawn, cell: (p) => p.withdrawn },
                  { id: 'share', head: say('share_yes'), cell: (p) => (p.given + p.withdrawn > 0 ? <Bar part={p.given} of={p.given + p.withdrawn} /> : '') },
                ]} actions={(p) => <Button kind="quiet" onClick={() => setOpen({ purpose: p })}>{say('change')}</Button>} />
            </Card>
            {items.length > 0 && <Find onFound={(customer) => set({ customer })} />}
            {q.customer > 0 && <One key={q.customer} customer={q.customer} changed={got.again} />}
            {items.length > 0 && <ManySaid changed={got.again} />}
          </>
        )}
      </Await>
      {open && <Edit {...open} done={() => { setOpen(null); got.again(); }} close={() => setOpen(null)} />}
    </>
  );
}

function Edit({ purpose, done, close }: { purpose?: Purpose; done: () => void; close: () => void }) {
  const [word, setWord] = useState('');
  const [p, set] = useState({ name: purpose?.name ?? '', shown: purpose?.shown ?? '', basis: purpose?.basis ?? '', holds: purpose?.holds ?? false, active: purpose?.active ?? true });
  return (
    <Dialog title={purpose ? purpose.name : say('add_purpose')} onClose={close}>
      <Form submit={say('save_purpose')} cancel={close} onSubmit={async () => {
        if (purpose) await patch(`/purposes/${purpose.purpose}`, { ...p, version: purpose.version });
        else await post('/purposes', { ...p, word });
        done();
      }}>
        <TextField label={say('purpose_name')} value={p.name} onInput={(name) => set({ ...p, name })} />
        {!purpose && <TextField label={say('purpose_word')} help={say('purpose_word_help')} value={word} onInput={setWord} />}
        <TextField label={say('purpose_shown')} help={say('purpose_shown_help')} lines={3} optional value={p.shown} onInput={(shown) => set({ ...p, shown })} />
        <TextField label={say('basis')} help={say('basis_help')} optional value={p.basis} onInput={(basis) => set({ ...p, basis })} />
        <RadioField label={say('silent')} value={p.holds ? 'yes' : 'no'} onChange={(v) => set({ ...p, holds: v === 'yes' })}
          choices={[{ value: 'no', label: say('not_given') }, { value: 'yes', label: say('given') }]} />
        <CheckField label={say('still_asked')} checked={p.active} onChange={(active) => set({ ...p, active })} />
      </Form>
    </Dialog>
  );
}

/** Finds somebody by any identifier, which never stands in an address. */
export function Find({ onFound }: { onFound: (customer: number) => void }) {
  const [who, setWho] = useState('');
  const [missing, setMissing] = useState('');
  const find = async () => {
    const { items } = await post<{ items: { customer: number }[] }>('/search', { who });
    const found = items[0];
    setMissing(found ? '' : say('nobody_found', { who }));
    if (found) onFound(found.customer);
  };
  return (
    <Card title={say('one_customer')}>
      <div class="data-filter">
        <TextField label={say('any_identifier')} type="search" value={who} onInput={setWho} error={missing || undefined}
          onEnter={() => void find().catch(tellProblem)} />
        <Button onClick={() => void find().catch(tellProblem)} disabled={!who.trim()}>{say('find')}</Button>
      </div>
    </Card>
  );
}

function One({ customer, changed }: { customer: number; changed: () => void }) {
  const got = useGet<ConsentOf>(`/customers/${customer}/consent`);
  const [asked, setAsked] = useState<{ word: string; given: boolean } | null>(null);
  return (
    <Card title={say('consent_of', { n: customer })}>
      <Await got={got}>
        {(c) => {
          const nameOf = (purpose: number) => c.purposes.find((p) => p.purpose === purpose)?.name ?? '';
          return (
            <div class="data-stack">
              <Table caption={say('says_now')} rows={c.purposes} keyOf={(p) => p.purpose} columns={[
                { id: 'name', head: say('purpose'), cell: (p) => p.name },
                { id: 'given', head: say('state'), cell: (p) => <>{say(p.given ? 'given' : 'not_given')}{!p.said && <span class="muted"> ({say('by_silence')})</span>}</> },
                { id: 'since', head: say('since'), cell: (p) => (p.since ? locale.day(p.since) : '') },
              ]} actions={(p) => (
                <>
                  <Button kind="quiet" onClick={() => setAsked({ word: p.word, given: true })}>{say('gives')}</Button>
                  <Button kind="quiet" onClick={() => setAsked({ word: p.word, given: false })}>{say('withdraws')}</Button>
                </>
              )} />
              <Table caption={say('history')} rows={c.history} keyOf={(e) => e.entry} empty={<p class="muted">{say('nothing_said')}</p>} columns={[
                { id: 'at', head: say('when'), cell: (e) => locale.dayTime(e.at) },
                { id: 'purpose', head: say('purpose'), cell: (e) => nameOf(e.purpose) },
                { id: 'given', head: say('said'), cell: (e) => say(e.given ? 'given' : 'withdrawn') },
                { id: 'how', head: say('how'), cell: (e) => [e.how, e.source].filter(Boolean).join(', ') },
                { id: 'recorded', head: say('recorded'), cell: (e) => locale.dayTime(e.recorded) },
              ]} />
              {asked && <Say customer={customer} {...asked} close={() => setAsked(null)} done={() => { setAsked(null); got.again(); changed(); }} />}
            </div>
          );
        }}
      </Await>
    </Card>
  );
}

function Say({ customer, word, given, done, close }: { customer: number; word: string; given: boolean; done: () => void; close: () => void }) {
  const [how, setHow] = useState('');
  const [at, setAt] = useState('');
  return (
    <Dialog title={say(given ? 'gives' : 'withdraws')} onClose={close}>
      <Form submit={say('record')} cancel={close} onSubmit={async () => {
        await post(`/customers/${customer}/consent`, { purpose: word, given, ...(how && { how }), ...(at && { at }) });
        tell(say('recorded_done'));
        done();
      }}>
        <TextField label={say('how')} help={say('how_help')} optional value={how} onInput={setHow} />
        <TextField label={say('said_on')} type="date" optional value={at} onInput={setAt} />
      </Form>
    </Dialog>
  );
}

interface Faults {
  taken: number;
  refused: number;
  problems: { line: number; reason: string; hint: string }[];
}

/** A file of what many said: all of it, or with any problem nothing. */
function ManySaid({ changed }: { changed: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [faults, setFaults] = useState<Faults | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setProblem(null);
    setFaults(null);
    try {
      const text = await file.text();
      const tried = await post<Faults>('/consent/import?dry-run=yes', text);
      if (tried.refused) {
        setFaults(tried);
        return;
      }
      const { taken } = await post<Faults>('/consent/import', text);
      tell(say('taken_in', { n: taken }));
      changed();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  return (
    <Card title={say('many_said')} actions={(
      <>
        <Button onClick={() => input.current?.click()}>{say('choose')}</Button>
        <input ref={input} type="file" hidden accept=".csv,.txt" onChange={(e) => void take(e.currentTarget.files?.[0])} />
      </>
    )}>
      <div class="data-stack">
        <p class="muted">{say('many_said_hint')}</p>
        {problem && <Fail problem={problem} />}
        {faults && (
          <>
            <Note kind="warn">{say('nothing_taken', { n: faults.refused })}</Note>
            <Table caption={say('problems')} rows={faults.problems} keyOf={(f) => f.line} columns={[
              { id: 'line', head: say('line'), number: true, cell: (f) => f.line },
              { id: 'reason', head: say('reason'), cell: (f) => f.reason, names: true },
              { id: 'hint', head: say('hint'), cell: (f) => f.hint },
            ]} />
          </>
        )}
      </div>
    </Card>
  );
}

