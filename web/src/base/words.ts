// words.ts - what the UI says. Each page keeps its words beside itself:
//
//     export const say = catalogue({                         pages/stories/words.en.ts
//       title: 'Stories',
//       found: { one: '{n} {customer}', other: '{n} {customers}' },
//     });
//     say('found', { n: 1234 })                              "1,234 learners"
//
// {n} chooses the plural and is written by Intl; {customer}, {customers}, {Customer} and
// {Customers} are the organisation's own word. Everything goes through here, so that the
// pseudo-locale en-XA (?words=en-XA) shows what does not, and what has no room to grow.
import { locale } from './locale';

type Plural = { one: string; other: string };
export type Words = Record<string, string | Plural>;
export type Say<W extends Words> = (key: keyof W & string, values?: Record<string, string | number>) => string;

const accents: Record<string, string> = {
  a: 'å', b: 'ƀ', c: 'ç', d: 'ð', e: 'é', f: 'ƒ', g: 'ĝ', h: 'ĥ', i: 'î', j: 'ĵ', k: 'ķ', l: 'ļ', m: 'ɱ',
  n: 'ñ', o: 'ö', p: 'þ', q: 'ǫ', r: 'ŕ', s: 'š', t: 'ţ', u: 'û', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž',
  A: 'Å', B: 'Ɓ', C: 'Ç', D: 'Ð', E: 'É', F: 'Ƒ', G: 'Ĝ', H: 'Ĥ', I: 'Î', J: 'Ĵ', K: 'Ķ', L: 'Ļ', M: 'Ḿ',
  N: 'Ñ', O: 'Ö', P: 'Þ', Q: 'Ǫ', R: 'Ŕ', S: 'Š', T: 'Ţ', U: 'Û', V: 'Ṽ', W: 'Ŵ', X: 'Ẋ', Y: 'Ý', Z: 'Ž',
};
/** "[Šţöŕîéš ~~]": accented, a third longer, in brackets; {names} stay. */
function pseudo(text: string): string {
  const parts = text.split(/(\{\w+\})/);
  const said = parts.map((part) => (part.startsWith('{') ? part : part.replace(/[A-Za-z]/g, (c) => accents[c] ?? c)));
  return `[${said.join('')}${' ~~'.repeat(Math.ceil(text.length / 9))}]`;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** What stands for {customer} and so on. */
export const own = { customer: '', customers: '', Customer: '', Customers: '' };
/** The organisation's word for its customers: "learner", or "child/children". */
export function callCustomers(word: string): void {
  const [one = '', many = ''] = (word || 'customer').split('/');
  own.customer = one;
  own.customers = many || `${one}s`;
  own.Customer = capital(own.customer);
  own.Customers = capital(own.customers);
}
callCustomers('');

export function catalogue<const W extends Words>(words: W): Say<W> {
  return (key, values = {}) => {
    const entry = words[key] as string | Plural;
    let text = typeof entry === 'string' ? entry
      : locale.plural(Number(values['n'] ?? 0)) === 'one' ? entry.one : entry.other;
    if (locale.pseudo) text = pseudo(text);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name] ?? (own as Record<string, string>)[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? locale.number(value) : value;
    });
  };
}
