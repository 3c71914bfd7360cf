// draw.tsx - what stands around a page, drawn while building (web/draw.mjs) and kept as a
// text with {{marks}}, which the server fills in for who asks (src/api/pages_app.c): so it is
// there before any script is. Names and rights are marks; effects never run.
import { type ComponentChildren, options, render } from 'preact';
import { beginSession } from '../base/session';
import { own } from '../base/words';
import { Shell, titleNow } from './shell';

/** Stands for Allowed while drawing; `draw.mjs` writes it as marks. */
export function Allowed({ right, children, instead }: { right: string | undefined; children: ComponentChildren; instead?: ComponentChildren }) {
  const Mark = 'mark-' as 'div'; // an element that only draw.mjs knows
  if (!right) return <>{children}</>;
  return <><Mark title={`if ${right}`}>{children}</Mark>{instead && <Mark title={`not ${right}`}>{instead}</Mark>}</>;
}

(options as { requestAnimationFrame?: (done: () => void) => void }).requestAnimationFrame = () => undefined;
const everything = { includes: () => true } as unknown as string[];
beginSession({
  me: { person: 0, name: '{{name}}', roles: [], rights: everything, page: '', department: 0, customer: 1, session: 0, must_add_factor: false },
  settings: { name: '{{organisation}}', 'customer-word': '', mission: '', zone: 'UTC', 'colleagues-touchpoints': '', 'second-factor': '', 'reach-us': '', 'mandatory-touchpoints': '', 'mandatory-outcomes': '', 'mandatory-directions': '' },
  tag: '',
});
Object.assign(own, { customer: '{{customer}}', customers: '{{customers}}', Customer: '{{Customer}}', Customers: '{{Customers}}' });

export function draw(place: Element): string {
  render(<Shell />, place);
  return titleNow();
}
