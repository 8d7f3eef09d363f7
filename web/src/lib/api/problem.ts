import type { components } from './schema';

type Schemas = components['schemas'];

/** The kind of a problem: the last part of its `type`. */
export type ProblemKind = Schemas['ProblemType'] extends `/problems/${infer Kind}` ? Kind : never;

/** A refused field: its pointer, the code of the reason, limits, and the server's own text. */
export type FieldProblem = Schemas['FieldProblem'];
export type FieldCode = Schemas['FieldCode'];

/** The kinds that arise in the browser: no answer came, or the answer is not a problem document. */
export type LocalKind = 'unreachable' | 'unknown';

type Members = Schemas['ProblemMembers'];

/** A problem document, or a failure of the browser in the same shape. */
export type Problem = Members & {
  kind: ProblemKind | LocalKind;
  /** The wait that the server demands, in milliseconds. */
  retryAfterMs: number | null;
};

/**
 * A failed call. The message of the error is the server's detail, in English. People should see `problemText` instead.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const PREFIX = '/problems/';

/**
 * Returns the problem in the body of a refused call. A body that is not a problem document becomes the kind `unknown`.
 */
export function readProblem(body: unknown, status: number, retryAfterMs: number | null = null): Problem {
  if (typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string') {
    const members = body as Members & { type: string };
    if (members.type.startsWith(PREFIX)) {
      const { type, ...rest } = members;
      return { ...rest, kind: type.slice(PREFIX.length) as ProblemKind, retryAfterMs };
    }
  }
  return { kind: 'unknown', title: '', detail: '', status, retryAfterMs };
}

/** Converts any value that a call threw into a problem. `fetch` throws a `TypeError` if no answer came. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const lost = error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
  return {
    kind: lost ? 'unreachable' : 'unknown',
    title: '',
    detail: error instanceof Error ? error.message : '',
    status: 0,
    retryAfterMs: null,
  };
}

/** Returns the name of a form's field for a JSON Pointer (RFC 6901). For example, `/tags/0` becomes `tags.0`. */
export function fieldOfPointer(pointer: string): string {
  return pointer
    .replace(/^#?\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** Returns a text for each refused field of a problem, by field name. Several texts of one field are joined. */
export function fieldsOf(problem: Problem, textOf: (field: FieldProblem) => string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const field of problem.errors ?? []) {
    const name = fieldOfPointer(field.pointer);
    const text = textOf(field);
    const before = fields[name];
    fields[name] = before === undefined || before === text ? text : `${before} ${text}`;
  }
  return fields;
}
