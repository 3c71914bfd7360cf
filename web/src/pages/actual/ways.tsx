// ways.tsx - whole ways as rows of chevrons, the commonest first.
import { type Got, sheetOf } from '../../base/api';
import { Await, Bar, Button, ChartFrame, Empty } from '../../parts';
import { Sides, type SidesProps, both, sideOf } from './compare';
import { type Counted, type ViewProps, colourOf, countOf, locale, periodOf, say, shareHead, stepText, stepsOf, storiesText, titled, wayOf, whoHead, whoText } from './shared';

interface Way { count: number; duration_ms_sum: number; path: string[] }
interface Variants extends Counted { variants: number; top: Way[] }

const selectedWay = (path: string[]) => ({ title: say('way_number', { n: path.length }), only: { way: wayOf(path) } });
const wayText = (path: string[]) => stepsOf(path).map(stepText).join(' \u203a ');
function differing(a: Variants, b: Variants) {
  const whole = (v: Variants) => v.top.length >= v.variants;
  return both(a.top, b.top, (w) => wayOf(w.path)).map((w) => ({
    name: wayText(w.a?.path ?? w.b?.path ?? []), a: sideOf(w.a?.count, countOf(a), whole(a)), b: sideOf(w.b?.count, countOf(b), whole(b)),
    only: selectedWay(w.a?.path ?? w.b?.path ?? []),
  }));
}

export function WaysTab(p: SidesProps & { top: number; setTop: (n: number) => void }) {
  return (
    <Sides<Variants> {...p} path="/variants" name="ways" what={whoText(p.mine.filter)} asked={(query) => ({ ...query, top: p.top })} differing={differing}
      draw={(view, got) => <Ways {...view} got={got} top={p.top} setTop={p.setTop} />} />
  );
}

function Ways(p: ViewProps & { got: Got<Variants>; top: number; setTop: (n: number) => void }) {
  return (
    <Await got={p.got} lines={8}>{(a) => {
      const all = countOf(a), shown = a.top.reduce((sum, w) => sum + w.count, 0);
      if (!a.top.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
      const choose = (w: Way) => p.select({
        ...selectedWay(w.path),
        figures: [
          { label: whoHead(p.filter), value: locale.number(w.count) }, { label: shareHead(p.filter), value: locale.share(w.count, all) },
          { label: say('lasts'), value: locale.duration(w.duration_ms_sum / w.count) },
        ],
      });
      return (
        <ChartFrame title={titled(p, say('ways'))} name="ways" xlsx={sheetOf('/variants', { ...p.query, top: p.top })}
          basis={say('ways_basis', { stories: storiesText(all, p.filter), ways: a.variants, period: periodOf(p.filter) })}
          hidden={<strong>{a.top.length < a.variants ? say('ways_hidden', { n: a.top.length, share: locale.share(shown, all), who: whoHead(p.filter).toLowerCase() }) : say('ways_all')}</strong>}
          table={{
            rows: a.top, keyOf: (w) => wayOf(w.path),
            columns: [
              { id: 'way', head: say('way'), names: true, cell: (w) => wayText(w.path), csv: (w) => w.path.join(' > ') },
              { id: 'n', head: whoHead(p.filter), cell: (w) => w.count, sort: (w) => w.count, number: true },
              { id: 'share', head: shareHead(p.filter), cell: (w) => locale.share(w.count, all), sort: (w) => w.count / all, number: true },
              { id: 'steps', head: say('steps'), cell: (w) => w.path.length, sort: (w) => w.path.length, number: true },
              { id: 'lasts', head: say('lasts'), cell: (w) => locale.duration(w.duration_ms_sum / w.count), sort: (w) => w.duration_ms_sum / w.count, number: true },
            ],
          }}>
          <ol class="actual-ways">
            {a.top.map((w) => (
              <li key={wayOf(w.path)}>
                <button type="button" class="actual-way" onClick={() => choose(w)}>
                  <span class="actual-way-share">
                    <span class="n">{locale.share(w.count, all)}</span>
                    <Bar part={w.count} of={a.top[0]?.count ?? 1} />
                    <span class="muted">{locale.number(w.count)} {'\u00b7'} {locale.duration(w.duration_ms_sum / w.count)}</span>
                  </span>
                  <span class="actual-steps">
                    {stepsOf(w.path).map((s, i) => <span key={i} class={`actual-step t${colourOf(s.name)}`}>{stepText(s)}</span>)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
          {a.top.length < a.variants && p.top < 1000 && <Button onClick={() => p.setTop(Math.min(1000, p.top * 2))}>{say('more_ways')}</Button>}
        </ChartFrame>
      );
    }}</Await>
  );
}
