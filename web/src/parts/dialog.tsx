// dialog.tsx - asks for something that must be answered first, above the page: which is not
// clicked (a veil lies over it), not scrolled and not reached by Tab meanwhile.
//
// A popover, not <dialog>.showModal(): that makes the page inert, for which browsers work out
// the style of all its elements anew, coming and going (docs/decisions/0018). So what it
// would do is done here: keys, the focus and its way back, and "back" of a phone.
import { type ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './basic';
import { say } from './words.en';

/** Those that are open; the last is in front. */
const open: HTMLElement[] = [];
/** Something is asked: keys are not for the page. */
export const inDialog = () => open.length > 0;

const toasts = () => document.querySelector<HTMLElement>('.toasts');
/** The page behind does not scroll, and toasts stand in front of what is asked. */
function settle(): void {
  document.documentElement.style.overflow = open.length ? 'hidden' : '';
  const place = toasts();
  if (!place?.showPopover) return;
  place.removeAttribute('popover'); // from where it stood
  if (!open.length) return;
  place.setAttribute('popover', 'manual');
  place.showPopover();
}
/* After the frame that shows the dialog, or that it is gone: for the former the browser paints the whole page anew. */
const settleSoon = () => requestAnimationFrame(() => setTimeout(settle));

const reached = ':is(a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]):not(:disabled, [tabindex="-1"])';
/** Where Tab stops while `veil` is in front, in order: of radio buttons at the chosen one. */
function stops(veil: HTMLElement): HTMLElement[] {
  const passed = (e: HTMLElement) => e instanceof HTMLInputElement && e.type === 'radio' && !e.checked
    && !!veil.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"]:checked`);
  return [veil, toasts()].flatMap((place) => [...(place?.querySelectorAll<HTMLElement>(reached) ?? [])])
    .filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }) && !passed(e));
}

/** The web's word for what closes what is in front: of a phone, "back". Not in every browser. */
type Watcher = EventTarget & { destroy(): void };

/** Opens the veil and keeps keys and focus within, until what it gives is called. */
function hold(veil: HTMLElement, close: () => void): () => void {
  const back = document.activeElement as HTMLElement | null;
  let backwards = false;
  const inFront = () => open.at(-1) === veil;
  const bring = () => { const all = stops(veil); (backwards ? all.at(-1) : all[0])?.focus({ preventScroll: true }); };
  const first = (e: KeyboardEvent) => {
    if (!inFront() || e.isComposing) return;
    if (e.key === 'Tab') backwards = e.shiftKey;
    if (e.key === 'Escape') e.preventDefault(); // what is not for the dialog stops it on its way
  };
  const keys = (e: KeyboardEvent) => {
    if (!inFront() || e.isComposing) return;
    if (e.key === 'Escape') {
      e.stopPropagation(); // it may stand in something that Escape closes, too
      close();
    }
    if (e.key !== 'Tab' || e.defaultPrevented) return;
    const all = stops(veil), at = all.indexOf(document.activeElement as HTMLElement);
    if (e.shiftKey ? at > 0 : at >= 0 ? at < all.length - 1 : veil.contains(document.activeElement)) return;
    e.preventDefault();
    bring();
  };
  const elsewhere = (e: KeyboardEvent) => { if (!veil.contains(e.target as Node)) keys(e); };
  const focused = (e: FocusEvent) => {
    if (inFront() && !veil.contains(e.target as Node) && !toasts()?.contains(e.target as Node)) bring();
  };
  const Back = (globalThis as { CloseWatcher?: new () => Watcher }).CloseWatcher;
  const watcher = Back && new Back();
  watcher?.addEventListener('close', close);
  document.addEventListener('keydown', first, true);
  document.addEventListener('keydown', elsewhere);
  document.addEventListener('focusin', focused);
  veil.addEventListener('keydown', keys);
  open.push(veil);
  veil.showPopover?.();
  veil.querySelector<HTMLElement>(reached)?.focus({ preventScroll: true });
  settleSoon();
  return () => {
    open.splice(open.indexOf(veil), 1);
    document.removeEventListener('keydown', first, true);
    document.removeEventListener('keydown', elsewhere);
    document.removeEventListener('focusin', focused);
    watcher?.destroy();
    settleSoon();
    back?.focus?.({ preventScroll: true });
  };
}

/** Asks for something that must be answered first. Escape, the button and a click beside it
 * close it; the focus goes back to where it was. */
export function Dialog({ title, children, onClose, wide, sheet }: {
  title: string; children: ComponentChildren; onClose: () => void; wide?: boolean;
  /** From below on phones: for what is told quickly. */
  sheet?: boolean;
}) {
  const veil = useRef<HTMLDivElement>(null), close = useRef(onClose), beside = useRef(false);
  close.current = onClose;
  const id = useId();
  // Before it is painted: else there is a frame without it.
  useLayoutEffect(() => (veil.current ? hold(veil.current, () => close.current()) : undefined), []);
  return (
    <div ref={veil} class={`veil${sheet ? ' sheet' : ''}`} popover="manual"
      onPointerDown={(e) => { beside.current = e.target === veil.current; }}
      onClick={(e) => { if (beside.current && e.target === veil.current) onClose(); }}>
      <div role="dialog" aria-modal="true" aria-labelledby={id} tabIndex={-1} class={`dialog${wide ? ' wide' : ''}`}>
        <div class="dialog-inside">
          <div class="dialog-head">
            <h2 id={id}>{title}</h2>
            <Button kind="quiet" icon="close" iconOnly onClick={onClose}>{say('close')}</Button>
          </div>
          {children}
        </div>
      </div>
    </div>
  );
}
