// problem.ts - what went wrong, as people are told it: what happened, and what to do.

/** An error of the API (RFC 9457), or of the way there. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** "not-found", "conflict", "offline" ...: the last word of the problem's type. */
    readonly word: string,
    /** What happened; a sentence. */
    override readonly message: string,
    /** What to do about it; a sentence, or empty. */
    readonly remedy: string,
    /** The number under which the server's log says more. */
    readonly request = '',
    /** All that the server told. */
    readonly told: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'Problem';
  }
}

/** The server's messages are parts of sentences: "the password is too short". */
export function sentence(text: string): string {
  if (!text) return '';
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}

export function problemOf(status: number, body: unknown): Problem {
  const told = (body && typeof body === 'object' ? body : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof told[key] === 'string' ? told[key] : '');
  return new Problem(
    status,
    text('type').split(':').pop() || 'failed',
    sentence(text('detail') || text('title') || `The server answered ${status}`),
    sentence(text('remedy')),
    text('request'),
    told,
  );
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  console.error(thrown);
  return new Problem(0, 'failed', 'This page has come to a halt.',
    'Load it again; if it happens again, tell whoever runs this server what you did before.');
}
