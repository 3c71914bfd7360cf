// logs.mjs - two real logs as organisations of their own: a service desk's, a course's. They lie
// beside the project (../shared), or are not there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { program, temporaryFolder } from './browser.mjs';

const data = resolve(import.meta.dirname, '../../../shared/data');
export const logs = [
  {
    name: 'desk', title: 'IT service desk', word: 'caller', file: 'support/incident_event_log.csv.gz', lines: 4000,
    map: "customer=caller_id\ntime=sys_updated_at:'%d/%m/%Y %H:%M'\ntouchpoint=ident_state\nchannel=contact_type\ndepartment=assignment_group\nproblem=number",
    faulty: 'caller_id,sys_updated_at,ident_state\nmended-1,3/3/2016 10:00,New\nmended-1,31/2/2016 10:00,Resolved\nmended-1,24/3/2016 10:00,Closed\n',
    mend: ['31/2/2016', '13/3/2016'], person: 'mended-1', means: { caller_id: 'customer', sys_updated_at: 'time', ident_state: 'touchpoint' },
  },
  {
    name: 'course', title: 'Learning analytics course', word: 'learner', file: 'learning/moodleLAcourse_Events.csv.gz', lines: 8000,
    map: 'customer=user\ntime=timecreated\ntouchpoint=Component\nchannel="Moodle"\nproblem=Event.context',
    faulty: 'user,timecreated,Component\nmended-1,2019-10-03 10:00:00,Forum\nmended-1,2019-13-03 10:00:00,Quiz\nmended-1,2019-10-24 10:00:00,File\n',
    mend: ['2019-13-03', '2019-10-13'], person: 'mended-1', means: { user: 'customer', timecreated: 'time', Component: 'touchpoint' },
  },
];

/** The log's first lines in an organisation of its own. */
export function organisationOf(log) {
  const { path } = temporaryFolder();
  const org = join(path, 'real.fh'), csv = join(path, 'log.csv');
  const text = gunzipSync(readFileSync(join(data, log.file))).toString('utf8').split('\n').slice(0, log.lines).join('\n');
  writeFileSync(csv, `${text}\n`);
  execFileSync(program, ['init', org, '--name', log.title, '--customer-word', log.word], { stdio: 'ignore' });
  execFileSync(program, ['import', org, csv, '--max-rejects', '100%', '--rejects', join(path, 'rejects.csv'), '--map', log.map], { stdio: 'ignore' });
  return org;
}

export const isThere = (log) => existsSync(join(data, log.file));
