import { describe, expect, it } from 'vitest';
import { fieldDetails, fieldOfPointer, ProblemError, readProblem, toProblem } from './problem';

const invalid = {
  type: '/problems/invalid',
  title: 'Invalid',
  status: 422,
  detail: 'Two fields cannot be accepted.',
  errors: [
    { pointer: '/title', detail: 'must not be empty' },
    { pointer: '/tags/0', detail: 'must have at most 50 characters' },
    { pointer: '/title', detail: 'must be plain text' },
  ],
};

describe('readProblem', () => {
  it('takes the kind from the type', () => {
    const problem = readProblem(invalid, 422, 1_000);
    expect(problem.kind).toBe('invalid');
    expect(problem.retryAfterMs).toBe(1_000);
  });

  it('accepts any body', () => {
    for (const body of [undefined, null, 'Bad gateway', 7, [], {}, { type: 'about:blank' }, { type: 4 }]) {
      expect(readProblem(body, 502)).toMatchObject({ kind: 'unknown', status: 502 });
    }
  });
});

describe('toProblem', () => {
  it('distinguishes a lost connection from a fault', () => {
    expect(toProblem(new TypeError('Failed to fetch')).kind).toBe('unreachable');
    expect(toProblem(new Error('oops')).kind).toBe('unknown');
    const problem = readProblem(invalid, 422);
    expect(toProblem(new ProblemError(problem))).toBe(problem);
  });
});

describe('fields', () => {
  it('reads pointers', () => {
    expect(fieldOfPointer('/title')).toBe('title');
    expect(fieldOfPointer('/tags/0')).toBe('tags.0');
    expect(fieldOfPointer('/a~1b/c~0d')).toBe('a/b.c~d');
  });

  it('joins the details of one field', () => {
    expect(fieldDetails(readProblem(invalid, 422))).toEqual({
      title: 'must not be empty; must be plain text',
      'tags.0': 'must have at most 50 characters',
    });
    expect(fieldDetails(readProblem({}, 500))).toEqual({});
  });
});
