import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Locale, LOCALES, loadMessages, setLocale } from '../i18n/index.svelte';
import { type FieldCode, ProblemError, readProblem } from './problem';
import { fieldText, fieldTexts, problemText, refusalText } from './text';

interface Contract {
  components: { schemas: { FieldCode: { enum: FieldCode[] } } };
}

const contract = JSON.parse(readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8')) as Contract;
const codes = contract.components.schemas.FieldCode.enum;

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal('localStorage', { setItem: () => undefined });
  await loadMessages('common');
});

describe.each(Object.keys(LOCALES) as Locale[])('refused fields in %s', (locale) => {
  beforeAll(() => setLocale(locale));

  it.each(codes)('has a text for the code %s', (code) => {
    const text = fieldText({ pointer: '/x', code, detail: 'ENGLISH', min: 10, max: 200 });
    expect(text).not.toBe('ENGLISH');
    expect(text).not.toMatch(/[{}]|^common\./);
  });
});

describe('refused fields', () => {
  beforeAll(() => setLocale('de'));

  const tooLong = { pointer: '/title', code: 'too-long', max: 200, detail: 'must have at most 200 characters' };
  const invalid = (errors: unknown[]) => readProblem({ type: '/problems/invalid', title: '', status: 422, detail: '', errors }, 422);

  it('names the limit that the server names', () => {
    expect(fieldTexts(invalid([tooLong]))['title']).toMatch(/200/);
  });

  it('shows the text of the server for a code from a newer server, or from an older one', () => {
    const errors = [{ ...tooLong, code: 'too-blue', detail: 'is too blue' }, { pointer: '/venue', detail: 'is red' }];
    expect(fieldTexts(invalid(errors))).toEqual({ title: 'is too blue', venue: 'is red' });
    expect(fieldTexts(invalid([{ ...tooLong, code: 'toString' }]))).toEqual({ title: tooLong.detail });
  });

  it('is one text where a page has no fields', () => {
    const error = new ProblemError(invalid([tooLong]));
    expect(refusalText(error)).toBe(fieldTexts(error.problem)['title']);
    const other = new ProblemError(readProblem({ type: '/problems/sold-out', title: '', status: 409, detail: 'No seat.' }, 409));
    expect(refusalText(other)).toBe(problemText(other));
  });
});
