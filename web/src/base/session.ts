// session.ts - who is here, and what the organisation has set. It stands in the page as the
// server wrote it, so that nothing is waited for before the first page is drawn.
import { setZone } from './locale';
import { callCustomers } from './words';

export interface Me {
  person: number;
  name: string;
  roles: string[];
  rights: string[];
  /** Title of the first page of the roles. */
  page: string;
  department: number;
  customer: number;
  session: number;
  must_add_factor: boolean;
}
export interface Settings {
  name: string;
  'customer-word': string;
  mission: string;
  zone: string;
  'colleagues-touchpoints': string;
  'second-factor': string;
  'reach-us': string;
  'mandatory-touchpoints': string;
  'mandatory-outcomes': string;
  'mandatory-directions': string;
}

let me: Me, settings: Settings, settingsTag = '';

export function takeSettings(now: Settings, tag: string): void {
  settings = now;
  settingsTag = tag;
  setZone(now.zone);
  callCustomers(now['customer-word']);
}
/** What GET /me and GET /settings answer, and the tag of the latter. */
export interface Begun {
  me: Me;
  settings: Settings;
  tag: string;
}
export function beginSession(begun: Begun): void {
  me = begun.me;
  takeSettings(begun.settings, begun.tag);
}
export const whoAmI = (): Me => me;
export const ourSettings = (): { settings: Settings; tag: string } => ({ settings, tag: settingsTag });
/** Whether whoever is here may: a word of GET /api/v1/rights; 'own': there is a story that is about
 * them, and they may see it. */
export const may = (right: string): boolean => (right === 'own' ? me.customer > 0 && me.rights.includes('own-story') : me.rights.includes(right));
