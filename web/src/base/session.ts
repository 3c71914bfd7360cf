// session.ts - who is here, and what the organisation has set. Read once, before the
// first page is drawn.
import { read } from './api';
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
}

let me: Me, settings: Settings, settingsTag = '';

export function takeSettings(now: Settings, tag: string): void {
  settings = now;
  settingsTag = tag;
  setZone(now.zone);
  callCustomers(now['customer-word']);
}
export async function beginSession(): Promise<void> {
  const [who, set] = await Promise.all([read<Me>('/me'), read<Settings>('/settings')]);
  me = who.data;
  takeSettings(set.data, set.tag);
}
export const whoAmI = (): Me => me;
export const ourSettings = (): { settings: Settings; tag: string } => ({ settings, tag: settingsTag });
/** Whether whoever is here may: a word of GET /api/v1/rights. */
export const may = (right: string): boolean => me.rights.includes(right);
