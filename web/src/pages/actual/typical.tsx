// typical.tsx - a few journeys that stand for all: each drawn as a row of touchpoints, with
// how many it stands for and how far they are from it; a map can be made of one.
import { useState } from 'preact/hooks';
import { go } from '../../base/url';
import { post, sheetOf, useGet } from '../../base/api';
import { may } from '../../base/session';
import { Await, Bar, Button, ChartFrame, Empty, SelectField, filterQuery } from '../../parts';
import { type Counted, type ViewProps, colourOf, countOf, locale, say, shareHead, stepText, stepsOf, storiesText, wayOf, whoHead } from './shared';

interface Way { count: number; apart: number; path: string[] }
interface Typical extends Counted { same: number; variants: number; mean: number; farthest: number; path: string[]; ways: Way[] }
interface TypicalAnswer extends Counted {
  variants: number; compared: number; stories_compared: number; left: number; stories_left: number; silhouette: number; representatives: Typical[];
}

const Steps = ({ path }: { path: string[] }) => (
  <span class="actual-steps">{stepsOf(path).map((s, i) => <span key={i} class={`actual-step t${colourOf(s.name)}`}>{stepText(s)}</span>)}</span>
);
const apartWord = (s: number) => say(s > 0.7 ? 'typical_far' : s > 0.5 ? 'typical_fairly' : s > 0.25 ? 'typical_near' : 'typical_none');

/** "Make an intended journey of this": a map of exactly this way, opened to be edited. */
function MakeMap({ p, way }: { p: ViewProps; way: Typical }) {
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    try {
      const title = say('typical_title', { from: way.path[0] ?? '', to: way.path[way.path.length - 1] ?? '' }).slice(0, 200);
      const made = await post<{ map: number }>('/maps', { title, discover: { noise: 0, ...filterQuery(p.filter), way: wayOf(way.path) } });
      go(`/maps/${made.map}`);
    } finally {
      setBusy(false);
    }
  };
  return <Button kind="quiet" icon="plus" busy={busy} onClick={() => void make()}>{say('typical_make')}</Button>;
}

function Group({ p, way, all }: { p: ViewProps; way: Typical; all: number }) {
  const [open, setOpen] = useState(false), n = countOf(way);
  const choose = (w: Way | Typical, count: number) => p.select({
    title: say('way_number', { n: w.path.length }), only: { way: wayOf(w.path) },
    figures: [{ label: whoHead(p.filter), value: locale.number(count) }, { label: shareHead(p.filter), value: locale.share(count, all) }],
  });
  return (
    <li class="actual-typical">
      <div class="actual-way-share">
        <span class="n">{locale.share(n, all)}</span>
        <Bar part={n} of={all} />
        <span class="muted">{storiesText(n, p.filter)}</span>
      </div>
      <div class="actual-typical-way">
        <Steps path={way.path} />
        <p class="muted">{say('typical_says', { same: way.same, ways: way.variants, mean: locale.share(way.mean), most: locale.share(way.farthest) })}</p>
        <div class="actions">
          <Button kind="quiet" icon="people" onClick={() => choose(way, way.same)}>{say('typical_same', { n: way.same })}</Button>
          {way.ways.length > 1 && <Button kind="quiet" expanded={open} onClick={() => setOpen(!open)}>{say('typical_ways')}</Button>}
          {may('maps') && <MakeMap p={p} way={way} />}
        </div>
        {open && (
          <ol class="actual-ways">
            {way.ways.map((w) => (
              <li key={wayOf(w.path)}>
                <button type="button" class="actual-way" onClick={() => choose(w, w.count)}>
                  <span class="actual-way-share"><span class="n">{locale.number(w.count)}</span><span class="muted">{say('typical_apart', { share: locale.share(w.apart) })}</span></span>
                  <Steps path={w.path} />
                </button>
              </li>
            ))}
          </ol>
        )}
      </div>
    </li>
  );
}

export function TypicalWays(p: ViewProps & { groups: number; setGroups: (n: number) => void }) {
  const query = { ...p.query, groups: p.groups || undefined };
  const got = useGet<TypicalAnswer>('/representatives', query);
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say('typical_groups')} value={String(p.groups)} onChange={(n) => p.setGroups(Number(n))}
          choices={[{ value: '0', label: say('typical_suggested') }, ...[2, 3, 4, 5, 6, 8, 10, 12].map((n) => ({ value: String(n), label: String(n) }))]} />
      </div>
      <Await got={got} lines={8}>{(a) => {
        const all = countOf(a);
        if (!a.representatives.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
        return (
          <ChartFrame title={say('typical')} name="typical-journeys" xlsx={sheetOf('/representatives', query)}
            basis={say('typical_basis', { stories: storiesText(all, p.filter), ways: a.variants })
              + (a.compared < a.variants ? ` ${say('typical_basis_chosen', { compared: a.compared, share: locale.share(a.stories_compared, all) })}` : '')}
            hidden={(
              <strong>
                {a.representatives.length > 1 ? `${apartWord(a.silhouette)} ${say('typical_silhouette', { n: locale.number(Math.round(a.silhouette * 100) / 100) })}` : ''}
                {a.left > 0 && ` ${say('typical_left', { who: storiesText(a.stories_left, p.filter) })}`}
              </strong>
            )}
            table={{
              rows: a.representatives, keyOf: (w) => wayOf(w.path), columns: [
                { id: 'way', head: say('way'), names: true, cell: (w) => stepsOf(w.path).map(stepText).join(' \u203a '), csv: (w) => w.path.join(' > ') },
                { id: 'n', head: whoHead(p.filter), cell: (w) => countOf(w), sort: (w) => countOf(w), number: true },
                { id: 'share', head: shareHead(p.filter), cell: (w) => locale.share(countOf(w), all), sort: (w) => countOf(w), number: true },
                { id: 'same', head: say('typical_just_so'), cell: (w) => w.same, sort: (w) => w.same, number: true },
                { id: 'ways', head: say('ways'), cell: (w) => w.variants, sort: (w) => w.variants, number: true },
                { id: 'mean', head: say('typical_mean'), cell: (w) => locale.share(w.mean), sort: (w) => w.mean, number: true },
                { id: 'most', head: say('typical_most'), cell: (w) => locale.share(w.farthest), sort: (w) => w.farthest, number: true },
              ],
            }}>
            <ol class="actual-ways">{a.representatives.map((w) => <Group key={wayOf(w.path)} p={p} way={w} all={all} />)}</ol>
          </ChartFrame>
        );
      }}</Await>
    </>
  );
}
