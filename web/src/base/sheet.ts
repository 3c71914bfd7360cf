// sheet.ts - a page's own style sheet, which comes beside its script (build.mjs): what all
// pages share is painted without waiting for it.

/** The hash in the names of all sheets, told by build.mjs. */
declare const SHEETS: string;

const coming = new Map<string, Promise<void>>();

function sheet(folder: string): Promise<void> {
  const path = `/assets/${folder}-${SHEETS}.css`;
  const there = document.querySelector<HTMLLinkElement>(`link[href="${path}"]`);
  if (there?.sheet) return Promise.resolve(); // the page began with it
  there?.remove(); // and it did not come
  return new Promise((done, fail) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = path;
    link.addEventListener('load', () => done());
    link.addEventListener('error', () => {
      link.remove();
      coming.delete(folder);
      fail(new TypeError(`The style sheet ${path} did not come.`));
    });
    document.head.append(link);
  });
}

/** What a page's script gives, once its sheet is there, too. */
export async function dressed<T>(folder: string, script: Promise<T>): Promise<T> {
  let come = coming.get(folder);
  if (!come) coming.set(folder, come = sheet(folder));
  const [given] = await Promise.all([script, come]);
  return given;
}
