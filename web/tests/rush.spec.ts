import { rush } from '../scripts/rush.mjs';
import { demoPassword, expect, ORGANIZER, origin, test } from './support';

test('three hundred people press within a second, and each of them gets the true result', async () => {
  test.setTimeout(180_000);
  const result = await rush({ url: origin(), email: ORGANIZER, password: demoPassword(), clients: 300, capacity: 100 });
  expect(result.seats).toBe(100);
  expect(result.waiting + result.soldOut).toBe(200);
});
