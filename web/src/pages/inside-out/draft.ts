// draft.ts - the text that is checked before sending: kept in this browser while it is
// open, as it is too long for an address.
export interface Draft {
  subject: string;
  text: string;
  department: string;
  purpose: string;
  signatory: string;
  channel: string;
  when: string;
  list: string;
}
export const emptyDraft: Draft = { subject: '', text: '', department: '', purpose: '', signatory: '', channel: '', when: '', list: '' };
const key = 'firsthand.before-sending';

export function readDraft(): Draft {
  try {
    return { ...emptyDraft, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) };
  } catch {
    return emptyDraft;
  }
}
export function keepDraft(change: Partial<Draft>): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ ...readDraft(), ...change }));
  } catch {
    // A browser that keeps nothing has it until the page is left.
  }
}
