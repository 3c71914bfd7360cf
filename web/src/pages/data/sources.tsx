// sources.tsx - every source: how much it told, how fresh it is, what could not be read.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Await, Card, Empty, LinkButton, Note, Sparkline, Table } from '../../parts';
import { say } from './words.en';

export interface Recipe {
  params: Record<string, unknown>;
  saved: string;
}
export interface Source {
  source: string;
  imports: number;
  stopped: number;
  interactions: number;
  live: boolean;
  first: string | null;
  last: string | null;
  weeks: number[];
  last_import: { file: string; last: string; read: number; added: number; known: number; rejected: number; complete: boolean };
  recipe: Recipe | null;
}
export interface Overview {
  until: string;
  items: Source[];
}

const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

export function Sources() {
  const got = useGet<Overview>('/sources/overview');
  const importing = may('import') && <LinkButton kind="main" icon="plus" href="/data/import">{say('import_file')}</LinkButton>;
  return (
    <Await got={got} lines={8}>
      {({ items, until }) => (!items.length
        ? <Empty title={say('no_sources')} action={importing}>{say('no_sources_hint')}</Empty>
        : (
          <Card title={say('sources_caption')} actions={importing}>
            <Table caption={say('sources_caption')} captionHidden rows={items} keyOf={(s) => s.source} columns={[
              { id: 'source', head: say('source'), sort: (s) => s.source, cell: (s) => (
                <>{s.source}{s.live && <><br /><small class="muted">{say('as_it_happens')}</small></>}
                  {s.recipe && <><br /><small class="muted">{say('remembered')}</small></>}</>) },
              { id: 'n', head: say('interactions'), number: true, sort: (s) => s.interactions, cell: (s) => s.interactions },
              { id: 'weeks', head: say('weeks'), cell: (s) => (
                <><Sparkline values={s.weeks} /><span class="quiet">{say('weeks_told', { n: sum(s.weeks), until: locale.day(until) })}</span></>) },
              { id: 'newest', head: say('newest'), sort: (s) => s.last, cell: (s) => (s.last ? locale.day(s.last) : '') },
              { id: 'import', head: say('last_import'), sort: (s) => s.last_import.last, cell: (s) => (
                <>{locale.ago(s.last_import.last)}<br /><small class="muted">{s.last_import.file}</small></>) },
              { id: 'faults', head: say('faults'), sort: (s) => s.last_import.rejected, cell: (s) => (
                <>
                  {s.last_import.rejected ? say('of_last', { n: s.last_import.rejected, of: s.last_import.read }) : <span class="muted">{say('no_faults')}</span>}
                  {s.stopped > 0 && <><br /><small>{say('stopped', { n: s.stopped })}</small></>}
                </>) },
            ]} />
            <Note>{say('weeks_note', { until: locale.day(Date.parse(until) - 1) })}</Note>
          </Card>
        ))}
    </Await>
  );
}
