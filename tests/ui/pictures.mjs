// pictures.mjs - the pictures of the handbook: which page, how far one goes there, what is taken.
// A chapter names one as `![what it shows](pictures/NAME.png)`. They are taken of the demonstration
// organisation while the handbook is built (handbook.mjs) and kept nowhere else.
//
//     NAME: { path, size?, as?, go? }     `go(page, our)` does what a reader would do, and may
//                                         give the part that is wanted (a locator); `as` is one of
//                                         the people of `cast`; names of customers come from `our`.

const loaded = async (page) => {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton, .await[aria-busy=true]'));
};
const button = (page, name) => page.getByRole('button', { name, exact: true }).first();

/** Five rows, of which three cannot be read. */
const faulty = `who;seen;what;price
Ada;31.12.2024 09:00;Ask for an offer;1.200,50
Bob;32.12.2024 10:00;Ask for an offer;12,00
Ada;02.01.2025 11:00;Sign;9.800,00
Cleo;tomorrow;Sign;1,00
;03.01.2025 11:00;Sign;2,00
`;
async function choose(page) {
  await loaded(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'offers.csv', mimeType: 'text/csv', buffer: Buffer.from(faulty) });
  await page.getByText('The columns do not tell everything yet').waitFor();
  for (const [column, meaning] of [['who', 'customer'], ['seen', 'time'], ['what', 'touchpoint'], ['price', 'value']])
    await page.getByLabel(`What ${column} means`).selectOption(meaning);
}
async function tryOut(page) {
  await choose(page);
  await page.getByRole('button', { name: 'Read it again so' }).click();
  await page.getByRole('button', { name: 'Import 2 interactions' }).waitFor();
}

export const pictures = {
  home: { path: '/' },
  'find-story': { path: '/stories', go: async (page, our) => {
    await page.getByRole('searchbox').or(page.locator('#search')).first().fill(our.told.identifier);
  } },
  story: { path: (our) => `/stories/${our.told.customer}` },
  'story-phone': { path: (our) => `/stories/${our.told.customer}`, size: 'phone' },
  mine: { path: '/mine', size: 'phone', as: 'learner' },
  'my-part': { path: '/my-part', as: 'frontLine', size: 'phone' },
  actual: { path: '/actual' },
  arc: { path: '/actual', go: async (page) => {
    await page.locator('[data-arc="Asks for a quote>Receives a quote"]').dispatchEvent('click');
    await page.getByRole('complementary').getByRole('button', { name: 'Who is behind it' }).click();
    await page.locator('.actual-behind a').first().waitFor();
  } },
  loops: { path: '/actual?tab=loops' },
  waits: { path: '/actual?tab=waits' },
  cohorts: { path: '/actual?tab=cohorts' },
  'import-columns': { path: '/data/import', go: choose },
  'import-tried': { path: '/data/import', go: async (page) => {
    await tryOut(page);
    return page.getByRole('region', { name: 'What could not be read' }).last();
  } },
  mend: { path: '/data/import', go: async (page) => {
    await tryOut(page);
    await page.getByRole('button', { name: 'Import 2 interactions' }).click();
    await page.getByText('offers.csv is imported').waitFor();
    await page.getByLabel('Row 2').fill('Bob;31.12.2024 10:00;Ask for an offer;12,00');
  } },
  erase: { path: (our) => `/stories/${our.goes}`, go: async (page) => {
    await loaded(page);
    await button(page, 'Erase for good').click();
    await page.getByRole('dialog').getByText('This cannot be undone').waitFor();
  } },
  erased: { path: (our) => `/stories/${our.goes}`, go: async (page) => {
    await loaded(page);
    await button(page, 'Erase for good').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText(/^The file was searched for/).waitFor();
  } },
  map: { path: (our) => `/maps/${our.map}` },
  'inside-out': { path: '/inside-out' },
  'no-brainers': { path: '/no-brainers' },
  records: { path: '/records' },
  people: { path: '/people' },
  settings: { path: '/settings' },
  data: { path: '/data' },
};

/** Who the pictures are about: somebody with a problem, hand-offs and a story told again; somebody
 * who goes; a learner on the way; the first map. */
async function cast(our) {
  const { tag } = await our.api('GET', '/settings');
  await our.api('PATCH', '/settings', { mission: 'Nobody has to tell us their story twice.' }, { 'If-Match': tag });
  for (;;) { // the server looks for findings by itself
    const { ran_ms: ran, looking } = (await our.api('GET', '/findings')).json;
    if (ran && !looking) break;
    await new Promise((later) => setTimeout(later, 200));
  }
  const told = async () => {
    for (let customer = 1; customer < 200; customer++) {
      const { json: b } = await our.api('GET', `/customers/${customer}/beside`);
      if (b.open_problems && b.times_told_again && b.interactions > 20) return { customer, identifier: b.identifiers[0].value };
    }
    throw new Error('the demonstration has nobody who told their story again');
  };
  const learner = async () => {
    const { json } = await our.api('GET', `/customers?passed=${encodeURIComponent('Welcome session')}&limit=200`);
    const on = [];
    for (const { customer } of json.items) {
      const { json: w } = await our.api('GET', `/customers/${customer}/where`);
      const journey = w.journeys.find((j) => j.title === 'My first 90 days');
      if (journey && !journey.may_be_over) on.push({ customer, last: journey.last });
    }
    return on.sort((a, b) => b.last.localeCompare(a.last))[0].customer;
  };
  our.told = await told();
  our.goes = our.told.customer === 9 ? 10 : 9;
  our.map = (await our.api('GET', '/maps')).json.maps[0].map;
  our.as = {
    learner: await our.somebody('Lena Learner', ['customer'], { customer: await learner() }),
    frontLine: await our.somebody('Fritz Front', ['front-line']),
  };
  const { frontLine } = our.as;
  const day = new Date(Date.now() + 2 * 86400e3).toISOString().slice(0, 10);
  await frontLine.api('POST', '/records/promise', { fields: { what: 'I call you back about the garage', customer: our.told.customer, due: day } });
  const { json: letter } = await our.api('POST', '/records/aggravation', { fields: { what: 'Two welcome letters with different opening hours', touchpoint: (await our.api('GET', '/names/touchpoints')).json.items[0].number, effort: 'day' } });
  await our.api('POST', `/records/aggravation/${letter.record}/ownership`, { do: 'offer', person: frontLine.person });
}

/** Takes the pictures called so, into a folder; `our` is a site (site.mjs). */
export async function takePictures(our, names, put) {
  await cast(our);
  for (const name of names) {
    const { path, size = 'desk', as, go } = pictures[name];
    const page = await our.visit(typeof path === 'function' ? path(our) : path, { size, ...(as && { as: our.as[as] }) });
    await loaded(page);
    const part = await go?.(page, our);
    await loaded(page);
    await page.waitForFunction(() => !document.getAnimations().some((a) => a instanceof CSSTransition && a.playState === 'running'));
    await page.evaluate(() => document.activeElement?.blur());
    put(name, await (part ?? page).screenshot());
    await page.context().close();
  }
}
