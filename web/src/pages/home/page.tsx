// page.tsx - the first page: the organisation's mission, and what is new.
import { useState } from 'preact/hooks';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { ourSettings } from '../../base/session';
import { useHead } from '../../base/head';
import { sayPage } from '../words.en';
import { Card, Table } from '../../parts';
import { say } from './words.en';

interface Job {
  job: number;
  kind: string;
  state: string;
  owner: string | null;
  started: string | null;
}

export default function Home() {
  const { settings } = ourSettings();
  const [jobs, set] = useState<Job[]>([]);
  useHead({ title: settings.name || sayPage('home_title') });
  useEvents<Job>('job', (job) => set((old) =>
    [job, ...old.filter((other) => other.job !== job.job)].sort((a, b) => b.job - a.job)));
  return (
    <>
      {settings.mission && <p class="mission">{settings.mission}</p>}
      <Card title={say('new')}>
        <Table caption={say('jobs')} captionHidden rows={jobs} keyOf={(j) => j.job} empty={<p class="muted">{say('no_jobs')}</p>}
          columns={[
            { id: 'kind', head: say('kind'), cell: (j) => j.kind },
            { id: 'state', head: say('state'), cell: (j) => j.state },
            { id: 'owner', head: say('owner'), cell: (j) => j.owner ?? '' },
            { id: 'started', head: say('started'), cell: (j) => (j.started ? locale.ago(j.started) : '') },
          ]} />
      </Card>
    </>
  );
}
