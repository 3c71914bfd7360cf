// locale.ts - numbers, dates and durations as the reader's locale writes them, in the
// organisation's time zone.

/* Nothing is looked up in the browser's stores here: the first look into one waits for another process. */
const wanted = new URLSearchParams(location.search).get('words');

/* The words are English, and so are numbers and months between them; of English there are many ways
 * to write a date: that of whoever reads English first, else day before month, as most people
 * do (browsers list American English for everybody, chosen or not). */
const first = navigator.languages[0] ?? '';
const tag = /^en\b/i.test(first) ? first : 'en-GB';
let zone = 'UTC', known = true; // known: the browser has heard of it
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

/* The first date that a browser writes costs it a tenth of a second on a phone: so nothing
 * of dates is touched before there is one to be written. */
function zoneKnown(): string {
  if (!known)
    try {
      new Intl.DateTimeFormat(tag, { timeZone: zone });
    } catch {
      zone = 'UTC';
    }
  known = true;
  return zone;
}
function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = made.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) made.set(key, format = new Intl.DateTimeFormat(tag, { timeZone: zoneKnown(), ...options }));
  return format;
}
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = made.get(key) as Intl.NumberFormat | undefined;
  if (!format) made.set(key, format = new Intl.NumberFormat(tag, options));
  return format;
}
/* So does the first number, of which most are whole: in these ways of writing English those are
 * written by hand. */
const byThousands = /^en(-(US|GB|AU|CA|NZ|IE))?$/.test(tag);
const written = (n: number) => (byThousands && Number.isSafeInteger(n) && !Object.is(n, -0)
  ? String(n).replace(/\B(?=(\d{3})+$)/g, ',') : numbers({ maximumFractionDigits: 2 }).format(n));
let relative: Intl.RelativeTimeFormat | undefined;

export type When = string | number | Date;
const date = (when: When) => (when instanceof Date ? when : new Date(when));

const units = [['year', 365 * 86400e3], ['day', 86400e3], ['hour', 3600e3], ['minute', 60e3], ['second', 1e3]] as const;

export const locale = {
  tag,
  pseudo: wanted === 'en-XA',
  get zone() {
    return zoneKnown();
  },
  /** In English one is one, and all else other. */
  plural: (n: number): 'one' | 'other' => (n === 1 ? 'one' : 'other'),
  /** 12,345 */
  number: written,
  /** 12K */
  short: (n: number) => numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(n),
  /** 0.123 -> 12.3 % ; small shares keep one digit. */
  share: (part: number, of = 1) =>
    numbers({ style: 'percent', maximumFractionDigits: of && part / of < 0.1 ? 1 : 0 }).format(of ? part / of : 0),
  money: (minor: number, currency: string) => numbers({ style: 'currency', currency }).format(minor / 100),
  /** 5 Mar 2024 */
  day: (when: When) => dates({ day: 'numeric', month: 'short', year: 'numeric' }).format(date(when)),
  /** 5 Mar */
  dayShort: (when: When) => dates({ day: 'numeric', month: 'short' }).format(date(when)),
  /** Mar 2024 */
  month: (when: When) => dates({ month: 'short', year: 'numeric' }).format(date(when)),
  /** 14:05 */
  time: (when: When) => dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date(when)),
  /** 5 Mar 2024, 14:05 */
  dayTime: (when: When) => dates({
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(date(when)),
  /** 3 d 4 h; 12 min; the two largest units. */
  duration: (ms: number): string => {
    const names = { year: 'y', day: 'd', hour: 'h', minute: 'min', second: 's' };
    if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
    const parts: string[] = [];
    let rest = Math.abs(ms);
    for (const [unit, size] of units) {
      const n = Math.floor(rest / size);
      if (n) parts.push(`${n} ${names[unit]}`);
      else if (parts.length) break;
      rest -= n * size;
      if (parts.length === 2) break;
    }
    return (ms < 0 ? '-' : '') + parts.join(' ');
  },
  /** 3 days ago */
  ago: (when: When, now = Date.now()): string => {
    const past = date(when).getTime() - now;
    relative ??= new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
    for (const [unit, size] of units)
      if (Math.abs(past) >= size) return relative.format(Math.trunc(past / size), unit);
    return relative.format(0, 'second');
  },
};

/** The organisation's zone: "Europe/Berlin". */
export function setZone(name: string): void {
  made.clear();
  zone = name || 'UTC';
  known = false;
}
