// mapping.ts - the text that says which column means what, to and from what is chosen.
//
// A rule that is one column ("time=seen:'%d.%m.%Y'") is a choice in the table; whatever
// else a mapping can say (two columns joined, the same for every row) stays a line of its own.
import type { ImportResult } from './job';

export interface Chosen {
  /** What each column means, by its name: "customer.email"; empty: kept beside the story. */
  means: Record<string, string>;
  pattern: string;
  /** Lines that are no choice of one column. */
  rest: string[];
}

const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const quoted = (name: string) => (plain.test(name) && name !== 'classifier' ? name : `'${name.replaceAll("'", "''")}'`);
const one = /^([a-z]+(?:\.[a-z0-9_-]+)?)=(?:'((?:[^']|'')*)'|(#\d+)|([^'"+*:=#][^'"+*=]*?))(?::'((?:[^']|'')*)')?$/;

const term = (name: string, index: number) => (name.trim() === name && name && !/[\n\r]/.test(name) ? quoted(name) : `#${index + 1}`);

export function chosenOf(result: Pick<ImportResult, 'mapping' | 'columns'>): Chosen {
  const chosen: Chosen = { means: {}, pattern: '', rest: [] };
  const names = result.columns.map((c) => c.name);
  for (const column of result.columns) chosen.means[column.name] = '';
  for (const line of result.mapping.split('\n')) {
    if (!line.trim()) continue;
    const [, key = '', inQuotes, number, bare, pattern] = one.exec(line) ?? [];
    const name = inQuotes !== undefined ? inQuotes.replaceAll("''", "'") : number ? names[Number(number.slice(1)) - 1] : bare;
    const simple = key && name !== undefined && names.includes(name) && (!pattern || key === 'time') && !chosen.means[name];
    if (!simple) { chosen.rest.push(line); continue; }
    chosen.means[name] = key;
    if (key === 'time' && pattern) chosen.pattern = pattern.replaceAll("''", "'");
  }
  return chosen;
}

export function mappingOf(chosen: Chosen, names: string[]): string {
  const taken = new Set(Object.values(chosen.means).filter((m) => m && !m.startsWith('customer') && m !== 'ignore'));
  const lines = chosen.rest.filter((line) => !taken.has(line.split('=')[0] ?? ''));
  names.forEach((name, i) => {
    const key = chosen.means[name];
    if (!key) return;
    const pattern = key === 'time' && chosen.pattern ? `:'${chosen.pattern.replaceAll("'", "''")}'` : '';
    lines.push(`${key}=${term(name, i)}${pattern}`);
  });
  return lines.join('\n');
}

/** One column has a meaning at most once, but for the customer's identifiers and what is left out. */
export function choose(chosen: Chosen, name: string, key: string): Chosen {
  const means = { ...chosen.means };
  if (key && key !== 'ignore')
    for (const other of Object.keys(means)) if (means[other] === key) means[other] = '';
  const wasTime = chosen.means[name] === 'time' || key === 'time';
  means[name] = key;
  return { ...chosen, means, pattern: wasTime ? '' : chosen.pattern };
}
