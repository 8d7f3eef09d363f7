import { describe, expect, it } from 'vitest';
import {  fieldOfPointer, fieldsOf, ProblemError, readProblem, toProblem } from './problem';

const invalid = {
  type: '/problems/invalid',
  title: 'Invalid',
  status: 422,
  detail: 'Two fields cannot be accepted.',
  errors: [
    { pointer: '/title', code: 'empty', detail: 'must not be empty' },
    { pointer: '/tags/0', code: 'too-long', max: 50, detail: 'must have at most 50 characters' },
    { pointer: '/title', code: 'forbidden-character', detail: 'must be plain text' },
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

  it('joins the texts of one field', () => {
    const detail = ({ detail }: { detail: string }) => detail;
    expect(fieldsOf(readProblem(invalid, 422), detail)).toEqual({
      title: 'must not be empty must be plain text',
      'tags.0': 'must have at most 50 characters',
    });
    expect(fieldsOf(readProblem(invalid, 422), () => 'wrong')).toEqual({ title: 'wrong', 'tags.0': 'wrong' });
    expect(fieldsOf(readProblem({}, 500), detail)).toEqual({});
  });
});
