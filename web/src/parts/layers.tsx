// layers.tsx - what lies above or beside a page: Lens (a drawer on phones), Menu, Tabs, toasts.
import { type ComponentChildren, render } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { asProblem } from '../base/problem';
import { Button } from './basic';
import { Icon } from './icon';
import { say } from './words.en';

/** What is selected, its evidence, and what can be done: beside the answer on a desk, a
 * drawer from below on phones. */
export function Lens({ title, children, onClose }: { title: string; children: ComponentChildren; onClose: () => void }) {
  const id = useId();
  const head = useRef<HTMLHeadingElement>(null), lens = useRef<HTMLElement>(null);
  useEffect(() => {
    const back = document.activeElement as HTMLElement | null, own = lens.current;
    head.current?.focus();
    return () => { // whoever went on elsewhere stays there
      const now = document.activeElement;
      if (back?.isConnected && (now === document.body || own?.contains(now))) back.focus();
    };
  }, []);
  return (
    <aside ref={lens} class="lens" aria-labelledby={id} onKeyDown={(e) => { if (e.key === 'Escape') { e.stopPropagation(); onClose(); } }}>
      <div class="lens-head">
        <h2 id={id} tabIndex={-1} ref={head}>{title}</h2>
        <Button kind="quiet" icon="close" iconOnly onClick={onClose}>{say('close')}</Button>
      </div>
      <div class="lens-inside">{children}</div>
    </aside>
  );
}
/** A page's answer with its lens beside it; `wide`: the lens takes more than half of it. */
export function WithLens({ lens, wide, children }: { lens: ComponentChildren; wide?: boolean; children: ComponentChildren }) {
  return <div class={`with-lens${lens ? ' open' : ''}${wide ? ' wide' : ''}`}><div class="with-lens-main">{children}</div>{lens}</div>;
}

export interface Tab<T extends string> {
  id: T;
  label: string;
}
/** Arrow keys go from tab to tab; `panel` is what the chosen one shows. */
export function Tabs<T extends string>({ label, tabs, value, onChange, children }: {
  label: string; tabs: Tab<T>[]; value: T; onChange: (id: T) => void; children: ComponentChildren;
}) {
  const id = useId();
  const keys = (e: KeyboardEvent) => {
    const at = tabs.findIndex((t) => t.id === value);
    const to = e.key === 'ArrowRight' ? at + 1 : e.key === 'ArrowLeft' ? at - 1 : e.key === 'Home' ? 0 : e.key === 'End' ? tabs.length - 1 : -9;
    if (to === -9) return;
    e.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  useEffect(() => { // more tabs than there is room for: the chosen one is seen
    const tab = document.getElementById(`${id}-${value}`), row = tab?.parentElement;
    if (tab && row && row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }, [value]);
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} class="tablist" onKeyDown={keys}>
        {tabs.map((t) => (
          <button key={t.id} type="button" role="tab" id={`${id}-${t.id}`} aria-selected={t.id === value}
            aria-controls={t.id === value ? `${id}-panel` : undefined} tabIndex={t.id === value ? 0 : -1} onClick={() => onChange(t.id)}>
            {t.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} class="tabpanel">{children}</div>
    </div>
  );
}

/** A button that opens a few things to do. */
export function Menu({ label, icon = 'more', iconOnly, floats, children }: {
  label: string; icon?: string; iconOnly?: boolean;
  /** Above what it stands in, which scrolls. */
  floats?: boolean;
  children: { label: string; href?: string; onClick?: () => void; danger?: boolean }[];
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const list = box.current?.querySelector<HTMLElement>('.menu-list'), head = box.current?.getBoundingClientRect();
    if (floats && list && head) {
      const below = innerHeight - head.bottom > list.offsetHeight + 8;
      list.style.top = `${below ? head.bottom + 4 : Math.max(8, head.top - list.offsetHeight - 4)}px`;
      list.style.left = `${Math.max(8, Math.min(innerWidth - list.offsetWidth - 8, head.right - list.offsetWidth))}px`;
    }
    box.current?.querySelector<HTMLElement>('.menu-item')?.focus({ preventScroll: !!floats });
    const away = (e: MouseEvent) => { if (!box.current?.contains(e.target as Node)) setOpen(false); };
    const scrolled = () => { if (floats) setOpen(false); };
    document.addEventListener('pointerdown', away);
    document.addEventListener('scroll', scrolled, true);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('scroll', scrolled, true);
    };
  }, [open]);
  const shut = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>('button')?.focus();
  };
  const keys = (e: KeyboardEvent) => {
    if (!open) return;
    if (e.key === 'Escape') { e.stopPropagation(); shut(); }
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    const items = [...(box.current?.querySelectorAll<HTMLElement>('.menu-item') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement) + (e.key === 'ArrowDown' ? 1 : -1);
    items[(at + items.length) % items.length]?.focus();
  };
  return (
    <div class="menu" ref={box} onKeyDown={keys}>
      <Button kind="quiet" icon={icon} iconOnly={!!iconOnly} expanded={open} onClick={() => setOpen(!open)}>{label}</Button>
      {open && (
        <ul class={`menu-list${floats ? ' floats' : ''}`}>
          {children.map((item) => (
            <li key={item.label}>
              {item.href
                ? <a class="menu-item" href={item.href} onClick={() => setOpen(false)}>{item.label}</a>
                : <button type="button" class={`menu-item${item.danger ? ' danger' : ''}`} onClick={() => { shut(); item.onClick?.(); }}>{item.label}</button>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

// ---- Toasts -------------------------------------------------------------------------------

interface Toast {
  id: number;
  text: string;
  remedy?: string;
  undo?: () => Promise<unknown>;
}
let toasts: Toast[] = [];
let lastToast = 0;
let place: HTMLElement | null = null;
let before: HTMLElement | null = null; // where the keyboard was before it came to a toast

function drop(id: number): void {
  const inside = place?.contains(document.activeElement);
  toasts = toasts.filter((t) => t.id !== id);
  draw();
  if (inside && !toToast() && before?.isConnected) before.focus();
}
/** The keyboard goes to what was told last; whether there is something. */
export function toToast(): boolean {
  const button = place?.querySelector<HTMLElement>('.toast:last-child button');
  button?.focus();
  return !!button;
}
function draw(): void {
  if (!place) return;
  render(
    <>
      {toasts.map((t) => (
        <div class="toast" key={t.id}>
          <p>{t.text}{t.remedy && <><br /><span class="toast-remedy">{t.remedy}</span></>}</p>
          {t.undo && <button type="button" class="toast-undo" onClick={() => { drop(t.id); t.undo?.().catch(tellProblem); }}>{say('undo')}</button>}
          <button type="button" class="toast-close" aria-label={say('dismiss')} onClick={() => drop(t.id)}><Icon name="close" /></button>
        </div>
      ))}
    </>, place);
}
/** The shell gives the place where they stand: a live region. */
export function toastsIn(element: HTMLElement | null): void {
  place = element;
  place?.addEventListener('focusin', (e) => {
    if (!place?.contains(e.relatedTarget as Node | null)) before = e.relatedTarget as HTMLElement | null;
  });
  draw();
}
/** "Merged. Undo" - instead of asking before. What can be undone stays until it is
 * dismissed or another comes; the rest goes after a while. */
export function tell(text: string, undo?: () => Promise<unknown>): void {
  const id = ++lastToast;
  toasts = [...toasts.filter((t) => !t.undo).slice(-2), { id, text, ...(undo && { undo }) }];
  draw();
  if (!undo) setTimeout(() => drop(id), 6000);
}
/** Something that was asked for did not work, and there is no better place to say so. */
export function tellProblem(thrown: unknown): void {
  const problem = asProblem(thrown);
  toasts = [...toasts.slice(-2), { id: ++lastToast, text: problem.message, remedy: problem.remedy }];
  draw();
}
