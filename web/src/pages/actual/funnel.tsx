// funnel.tsx - how far they get: steps put together by hand, loose or strict, within a time.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Got, sheetOf, useGet } from '../../base/api';
import { Await, Bar, Button, ChartFrame, CheckField, Empty, SelectField, TextField, quoted } from '../../parts';
import { Sides, type SidesProps } from './compare';
import { type Counted, type ViewProps, countOf, locale, periodOf, say, shareHead, storiesText, titled, whoHead, whoText } from './shared';

interface Step extends Counted { step: string; since_start_ms_p50: number; since_start_ms_p90: number }
interface FunnelAnswer extends Counted { steps: Step[] }
interface Names { items: { name: string; counts_as?: number }[] }

interface Chosen { steps: string[]; strict: boolean; within: string }

export function FunnelTab(p: SidesProps & Chosen & { set: (change: { step?: string[]; strict?: boolean; within?: string }) => void }) {
  const { steps, strict, within } = p;
  const asked = { step: steps.map(quoted), strict, within };
  const differing = (a: FunnelAnswer, b: FunnelAnswer) => a.steps.map((s, i) => ({
    name: s.step, a: { part: countOf(s), of: countOf(a) }, b: { part: countOf(b.steps[i] ?? {}), of: countOf(b) },
    only: { touchpoint: s.step, only: { 'passed-all': steps.slice(0, i + 1) } },
  }));
  return (
    <>
      <Steps steps={steps} strict={strict} within={within} set={p.set} />
      {steps.length < 2 ? <Empty title={say('funnel_empty')}>{say('funnel_empty_help')}</Empty> : (
        <Sides<FunnelAnswer> {...p} path="/funnel" name="funnel" what={whoText(p.mine.filter)} asked={(query) => ({ ...query, ...asked })} differing={differing} inOrder
          draw={(view, got) => <Funnel {...view} got={got} steps={steps} strict={strict} within={within} />} />
      )}
    </>
  );
}

function Steps(p: Chosen & { set: (change: { step?: string[]; strict?: boolean; within?: string }) => void }) {
  const { steps } = p;
  const [typed, setTyped] = useState(p.within);
  const names = useGet<Names>('/names/touchpoints');
  /* A step that moves takes the focus with it; one that goes leaves it to the field that adds them. */
  const then = useRef('');
  useEffect(() => {
    if (then.current) document.querySelector<HTMLElement>(then.current)?.focus();
    then.current = '';
  }, [steps.join('\n')]);
  const swap = (i: number, k: number) => {
    const next = [...steps], a = next[i], b = next[k];
    if (a === undefined || b === undefined) return;
    next[i] = b;
    next[k] = a;
    then.current = `.actual-funnel-steps li:nth-child(${k + 1}) button:not(:disabled)`;
    p.set({ step: next });
  };
  const known = (names.data?.items ?? []).filter((n) => n.counts_as === undefined && !steps.includes(n.name));
  return (
    <div class="actual-funnel-steps">
      <ol aria-label={say('funnel_steps')}>
        {steps.map((step, i) => (
          <li key={step}>
            <span class="actual-step-name">{step}</span>
            <span class="actions">
              <Button kind="quiet" icon="up" iconOnly disabled={i === 0} onClick={() => swap(i, i - 1)}>{say('step_up', { step })}</Button>
              <Button kind="quiet" icon="down" iconOnly disabled={i === steps.length - 1} onClick={() => swap(i, i + 1)}>{say('step_down', { step })}</Button>
              <Button kind="quiet" icon="close" iconOnly onClick={() => { then.current = '.actual-funnel-steps select'; p.set({ step: steps.filter((s) => s !== step) }); }}>{say('step_away', { step })}</Button>
            </span>
          </li>
        ))}
      </ol>
      <div class="actual-controls">
        <SelectField label={say('add_step')} value="" onChange={(name) => { if (name) p.set({ step: [...steps, name] }); }}
          choices={[{ value: '', label: say('choose') }, ...known.map((n) => ({ value: n.name, label: n.name }))]} />
        <TextField label={say('within')} help={say('within_help')} optional value={typed} onInput={setTyped} onEnter={() => p.set({ within: typed.trim() })} />
        <CheckField label={say('strict')} checked={p.strict} onChange={(strict) => p.set({ strict })} />
      </div>
    </div>
  );
}

function Funnel(p: ViewProps & Chosen & { got: Got<FunnelAnswer> }) {
  const { steps } = p;
  const asked = { ...p.query, step: steps.map(quoted), strict: p.strict, within: p.within };
  return (
    <Await got={p.got}>{(a) => {
      const first = a.steps[0] ? countOf(a.steps[0]) : 0;
      const before = (i: number) => (i ? countOf(a.steps[i - 1] ?? {}) : countOf(a));
      const rows = a.steps.map((s, i) => ({ ...s, i }));
      const open = (s: Step, i: number) => p.select({
        title: s.step, touchpoint: s.step, only: { 'passed-all': steps.slice(0, i + 1) },
        figures: [
          { label: say('reached'), value: locale.number(countOf(s)) }, { label: say('of_first'), value: locale.share(countOf(s), first) },
          { label: say('of_before'), value: locale.share(countOf(s), before(i)) },
          ...(i ? [{ label: say('time_half'), value: locale.duration(s.since_start_ms_p50) }, { label: say('time_nine'), value: locale.duration(s.since_start_ms_p90) }] : []),
        ],
      });
      return (
        <ChartFrame title={titled(p, say('funnel'))} name="funnel" xlsx={sheetOf('/funnel', asked)}
          basis={say('funnel_basis', {
            stories: storiesText(countOf(a), p.filter), period: periodOf(p.filter), mode: say(p.strict ? 'funnel_strict' : 'funnel_loose'),
            window: p.within ? say('funnel_window', { within: p.within }) : '',
          })}
          table={{
            rows, keyOf: (s) => s.i, columns: [
              { id: 'step', head: say('step'), names: true, cell: (s) => s.step },
              { id: 'n', head: whoHead(p.filter), cell: (s) => countOf(s), csv: (s) => countOf(s), number: true },
              { id: 'share', head: shareHead(p.filter), cell: (s) => locale.share(countOf(s), countOf(a)), csv: (s) => countOf(s) / (countOf(a) || 1), number: true },
              { id: 'first', head: say('of_first'), cell: (s) => locale.share(countOf(s), first), csv: (s) => countOf(s) / (first || 1), number: true },
              { id: 'before', head: say('of_before'), cell: (s) => locale.share(countOf(s), before(s.i)), csv: (s) => countOf(s) / (before(s.i) || 1), number: true },
              { id: 'half', head: say('time_half'), cell: (s) => (s.i ? locale.duration(s.since_start_ms_p50) : ''), csv: (s) => (s.i ? s.since_start_ms_p50 : null), number: true },
              { id: 'nine', head: say('time_nine'), cell: (s) => (s.i ? locale.duration(s.since_start_ms_p90) : ''), csv: (s) => (s.i ? s.since_start_ms_p90 : null), number: true },
            ],
          }}>
          <ol class="actual-funnel">
            {rows.map((s) => (
              <li key={s.i}>
                <button type="button" class="actual-bar" onClick={() => open(s, s.i)}>
                  <span>{s.step}</span>
                  <Bar part={countOf(s)} of={first} />
                  <span class="n">{locale.number(countOf(s))} {'\u00b7'} {locale.share(countOf(s), first)}</span>
                </button>
                {s.i > 0 && <span class="muted actual-between">{say('of_before')}: {locale.share(countOf(s), before(s.i))} {'\u00b7'} {say('time_half')} {locale.duration(s.since_start_ms_p50)}</span>}
              </li>
            ))}
          </ol>
        </ChartFrame>
      );
    }}</Await>
  );
}
