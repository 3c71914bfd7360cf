// strip.tsx - when how much happened: a thin lane for each channel; dragging over it
// chooses a time. Its table twin stands behind a fold.
import { useRef, useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Icon, Table, channelIcon } from '../../parts';
import type { SetStory, StoryState } from './state';
import type { Beside } from './types';
import { say } from './words.en';

const LANE = 14;

export function Strip({ density, q, set }: { density: Beside['density']; q: StoryState; set: SetStory }) {
  const box = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  if (!density.from || !density.channels.length) return null;
  const first = Date.parse(density.from), n = density.buckets;
  const lanes = density.channels.map((c) => ({ ...c, name: c.channel ?? (c.others ? say('others') : say('no_channel')), n: c.counts.reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.n - a.n);
  const most = Math.max(1, ...lanes.flatMap((l) => l.counts));
  const bucketAt = (e: PointerEvent) => {
    const r = box.current!.getBoundingClientRect();
    return Math.max(0, Math.min(n - 1, Math.floor(((e.clientX - r.left) / r.width) * n)));
  };
  const timeOf = (bucket: number) => new Date(first + bucket * density.step_ms).toISOString();
  const done = () => {
    if (drag) {
      const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      set({ from: timeOf(a), until: timeOf(b + 1), at: '' });
    }
    setDrag(null);
  };
  const placeOf = (time: string, none: number) => (time ? Math.max(0, Math.min(n, (Date.parse(time) - first) / density.step_ms)) : none);
  const chosen = drag ? { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) + 1 }
    : q.from || q.until ? { from: placeOf(q.from, 0), to: placeOf(q.until, n) } : null;
  const rows = Array.from({ length: n }, (_, b) => ({ b, counts: lanes.map((l) => l.counts[b] ?? 0) })).filter((r) => r.counts.some(Boolean));
  return (
    <figure class="story-strip">
      <div class="story-strip-lanes">
        <ul aria-hidden="true">{lanes.map((l) => <li key={l.name}><Icon name={channelIcon(l.name)} /><span>{l.name}</span></li>)}</ul>
        <svg ref={box} viewBox={`0 0 ${n} ${lanes.length * LANE}`} preserveAspectRatio="none" role="img" aria-label={say('strip')}
          style={{ height: `${lanes.length * LANE}px` }}
          onPointerDown={(e) => { if (e.button) return; e.currentTarget.setPointerCapture(e.pointerId); const b = bucketAt(e); setDrag({ from: b, to: b }); }}
          onPointerMove={(e) => { if (drag) setDrag({ ...drag, to: bucketAt(e) }); }}
          onPointerUp={done} onPointerCancel={() => setDrag(null)}>
          {lanes.map((l, lane) => l.counts.map((count, b) => count > 0 && (
            <rect key={`${lane} ${b}`} x={b + 0.1} width={0.8} y={lane * LANE + (LANE - 2) * (1 - Math.max(0.25, count / most))} height={(LANE - 2) * Math.max(0.25, count / most)} />
          )))}
          {chosen && <rect class="story-chosen" x={chosen.from} width={Math.max(0.4, chosen.to - chosen.from)} y={0} height={lanes.length * LANE} />}
        </svg>
      </div>
      <div class="story-strip-ends muted"><span>{locale.day(first)}</span><span>{say('strip')}</span><span>{locale.day(first + density.step_ms * n)}</span></div>
      <details>
        <summary>{say('strip_table')}</summary>
        <Table caption={say('strip_caption')} captionHidden rows={rows} keyOf={(r) => r.b} columns={[
          { id: 'when', head: say('strip_when'), cell: (r) => locale.day(timeOf(r.b)), sort: (r) => r.b },
          ...lanes.map((l, i) => ({ id: l.name, head: l.name, number: true, cell: (r: { counts: number[] }) => r.counts[i] ?? 0, sort: (r: { counts: number[] }) => r.counts[i] ?? 0 })),
        ]} />
      </details>
    </figure>
  );
}
