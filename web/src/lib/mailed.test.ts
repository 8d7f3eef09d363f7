import { expect, test } from 'vitest';
import { hasCode, readCode } from './mailed';

test('a link of a mail contains the code, and perhaps the address', () => {
  expect(readCode('#code=04HM-ASW9')).toEqual({ code: '04HM-ASW9', email: '' });
  for (const name of ['account', 'email']) {
    expect(readCode(`#code=04HM-ASW9&${name}=ada%2Bx%26y%40example.org`)).toEqual({ code: '04HM-ASW9', email: 'ada+x&y@example.org' });
  }
});

test('a link of an invitation contains a code in base64url', () => {
  const code = '-_Fmn0xUH8mO6vAFnuxn2Bd0XyFLAsiSYcDLAmFQDF1';
  expect(readCode(`#code=${code}`)).toEqual({ code, email: '' });
  for (const wrong of [`${code}A`, code.slice(1), code.replace('F', '+')]) expect(readCode(`#code=${wrong}`), wrong).toBeNull();
});

test('other fragments fill no field', () => {
  for (const hash of ['', '#', '#verify', '#code=', '#code=%3Cb%3E', `#code=${'A'.repeat(31)}`, '#Code=04HM-ASW9']) {
    expect(readCode(hash), hash).toBeNull();
  }
  expect(readCode(`#code=04HM-ASW9&account=${'a'.repeat(300)}@b.example`)?.email).toBe('');
  expect(readCode('#code=04HM-ASW9&account=nobody')?.email).toBe('');
});

test('a code leaves the address bar even if it is no code', () => {
  expect(hasCode('#code=%3Cb%3E')).toBe(true);
  expect(hasCode('#content')).toBe(false);
});
