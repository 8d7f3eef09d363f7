import { describe, expect, it } from 'vitest';
import { ProblemError, readProblem } from '../api/problem';
import { pictureError, reduction, UnfitPicture } from './picture';

describe('a picture that the server would refuse', () => {
  it('is sent as it is if it is small enough', () => {
    expect(reduction(4 << 20, 4000, 3000)).toBe(1);
    expect(reduction(1_000, 8000, 4000)).toBe(1);
  });

  it('is reduced if it has too many bytes or too many pixels', () => {
    expect(reduction((4 << 20) + 1, 6400, 4800)).toBe(0.5);
    expect(reduction(1_000, 4001, 8000)).toBe(0.4);
    // A picture with many bytes and few pixels is only written anew.
    expect(reduction(9_000_000, 3000, 2000)).toBe(1);
  });
});

describe('the text beside the file input', () => {
  const refused = (kind: string, status: number, code = '') =>
    pictureError(
      new ProblemError(readProblem({ type: `/problems/${kind}`, status, title: '', detail: '', errors: [{ pointer: '', code, detail: '' }] }, status)),
    );

  it('names what is wrong with the file', () => {
    expect(refused('invalid', 422, 'animation')).toContain('pictureAnimated');
    expect(refused('invalid', 422, 'too-many-pixels')).toContain('pictureTooLarge');
    expect(refused('invalid', 422, 'damaged')).toContain('pictureDamaged');
    expect(refused('unsupported-media-type', 415)).toContain('pictureUnreadable');
    expect(refused('payload-too-large', 413)).toContain('pictureTooLarge');
    expect(pictureError(new UnfitPicture('Too small'))).toBe('Too small');
    expect(refused('forbidden', 403)).toContain('problemForbidden');
  });
});
