// reverse.mjs - "is this really reverse?" answered of a version of a map, so that it may be intended.

/** The question is asked at a stage and put to whoever asks; an array of what was made. */
export async function askReverse(client, map, version, stages = ['draft', 'review', 'release']) {
    const made = [];
    for (const stage of stages)
        made.push((await client.call('makeRecord', { path: { kind: 'challenge' }, body: {
            fields: { what: 'Did we start with the customer?', asked: client.person ?? (await client.call('getMe')).json.person, stage, 'map-version': version }, about: [{ what: 'map', number: map }] } })).json);
    return made;
}
export const answer = (client, challenge, fields, expect) =>
    client.call('moveRecord', { path: { kind: 'challenge', record: challenge.record }, headers: { 'If-Match': '*' }, body: { move: 'answer', fields }, expect });
export async function answerReverse(client, map, version = 1, stages = undefined) {
    for (const one of await askReverse(client, map, version, stages)) await answer(client, one, { answer: 'Forty of them told us.', stories: ['/actual'] });
}
