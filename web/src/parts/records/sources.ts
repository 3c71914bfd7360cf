// sources.ts - where pickers find people, departments, touchpoints, customers, records.
import { type Page, get, post } from '../../base/api';
import { asProblem } from '../../base/problem';
import type { RecordPage } from '../../base/records';
import { may } from '../../base/session';
import type { Pick } from '../picker';
import { say } from './words.en';

const near = (all: Pick[], text: string): Pick[] => {
  const wanted = text.toLowerCase();
  return all.filter((p) => p.label.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.label.toLowerCase().startsWith(wanted)) - Number(a.label.toLowerCase().startsWith(wanted)));
};
const kept = new Map<string, Promise<Pick[]>>();
function once(path: string, read: () => Promise<Pick[]>): Promise<Pick[]> {
  const there = kept.get(path) ?? read();
  kept.set(path, there);
  there.catch(() => kept.delete(path));
  setTimeout(() => kept.delete(path), 60000);
  return there;
}

const departments = () => once('departments', async () =>
  (await get<{ items: { department: number; name: string; active: boolean }[] }>('/departments')).items
    .filter((d) => d.active).map((d) => ({ value: d.department, label: d.name })));
export const findDepartments = async (text: string): Promise<Pick[]> => near(await departments(), text);

export async function findPeople(text: string, signal?: AbortSignal): Promise<Pick[]> {
  const [{ items }, all] = await Promise.all([
    get<Page<{ person: number; name: string; department: number; active: boolean }>>('/people', { q: text, limit: 20 }, signal), departments()]);
  return items.filter((p) => p.active).map((p) => {
    const note = all.find((d) => d.value === p.department)?.label;
    return { value: p.person, label: p.name, ...(note && { note }) };
  });
}

const touchpoints = () => once('touchpoints', async () =>
  (await get<{ items: { number: number; name: string; counts_as?: number }[] }>('/names/touchpoints')).items
    .filter((n) => n.counts_as === undefined).map((n) => ({ value: n.number, label: n.name })));
export const findTouchpoints = async (text: string): Promise<Pick[]> => near(await touchpoints(), text);
export const touchpointNamed = async (name: string): Promise<Pick | undefined> => (await touchpoints()).find((t) => t.label === name);

export async function findCustomers(text: string): Promise<Pick[]> {
  const asNumber = /^#?(\d+)$/.exec(text)?.[1];
  if (!text) return [];
  if (!may('search')) return asNumber ? [{ value: Number(asNumber), label: say('customer_n', { n: asNumber }) }] : [];
  const found = await post<Page<{ customer: number }>>('/search', { who: text }).catch((thrown: unknown) => {
    if (asProblem(thrown).status === 404) return { items: [] };
    throw thrown;
  });
  return found.items.slice(0, 12).map((c) => ({ value: c.customer, label: say('customer_n', { n: String(c.customer) }) }));
}

export const findRecords = (kind: string | null, except = 0) => async (text: string, signal?: AbortSignal): Promise<Pick[]> => {
  const number = /^#?(\d+)$/.exec(text)?.[1];
  const { items } = await get<RecordPage>(kind ? `/records/${kind}` : '/records', { text: number ? '' : text, limit: 20 }, signal);
  return items.filter((r) => r.record !== except && (!number || String(r.record).startsWith(number)))
    .map((r) => ({ value: r.record, label: r.title, note: `#${r.record}` }));
};
