// model.ts - people, departments and roles as the API tells them, and what the page's
// parts share.
import { type Page, patch, post } from '../../base/api';
import { flag, oneOf, text } from '../../base/url';

export interface Person {
  person: number;
  name: string;
  email: string;
  external_id: string;
  department: number;
  level: string;
  manager: number;
  started: string;
  roles: string[];
  customer: number;
  active: boolean;
  version: number;
}
export interface Department {
  department: number;
  name: string;
  parent: number;
  known_as: number;
  active: boolean;
  version: number;
}
export interface Role {
  role: string;
  title: string;
  means: string;
  page: string;
  rights: string[];
  may_give: boolean;
}
export interface Directory {
  departments: Department[];
  roles: Role[];
  /** After departments have changed. */
  again: () => void;
}
export const params = {
  tab: oneOf('people', 'departments', 'serves', 'roles', 'files'), of: text(),
  q: text(), role: text(), department: text(), disabled: flag(),
};

export const changePerson = (p: Person, change: object) =>
  patch<Person>(`/people/${p.person}`, change, { match: `"${p.version}"` });
export const makeLink = (person: number, kind: 'invite' | 'reset') =>
  post<{ url: string }>(`/people/${person}/link`, { kind });

/** Who is meant by "#17" or by an identifier; null: nobody. */
export async function customerOf(text: string): Promise<number | null> {
  const who = text.trim();
  if (!who) return null;
  const number = /^#(\d{1,10})$/.exec(who)?.[1];
  if (number) return Number(number);
  return (await post<Page<{ customer: number }>>('/search', { who })).items[0]?.customer ?? null;
}
export const nameOf = (departments: Department[], number: number) =>
  departments.find((d) => d.department === number)?.name ?? '';
export const titleOf = (roles: Role[], word: string) => roles.find((r) => r.role === word)?.title ?? word;

/** Departments in the order of the tree, with how deep each lies. */
export function tree(departments: Department[]): { d: Department; depth: number }[] {
  const known = new Set(departments.map((d) => d.department));
  const below = (parent: number, depth: number): { d: Department; depth: number }[] =>
    departments.filter((d) => (known.has(d.parent) ? d.parent : 0) === parent && d.department !== parent)
      .sort((a, b) => a.name.localeCompare(b.name))
      .flatMap((d) => [{ d, depth }, ...(depth < 20 ? below(d.department, depth + 1) : [])]);
  return below(0, 0);
}
