// Simulates a rush on an event: thousands of clients press within a second, and each decides with the pages' own
// machine.
//
//   node scripts/rush.mjs --url http://127.0.0.1:8080 --email organizer@… --password … [--clients 5000] [--capacity 1000]
//
// The script makes an account for each client, which takes most of the time. The server needs `--sign-ups-per-source
// 1000000`.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const load = async (path) => (await runnerImport(fileURLToPath(new URL(`../src/lib/${path}`, import.meta.url)), { configFile: false, logLevel: 'error' })).module;

/** Returns a client of one server, with a separate connection for each concurrent call. */
function server(url) {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 800 });
  const call = (method, path, { token, body } = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      };
      const sent = request({ hostname, port, method, path, agent, headers, timeout: 15_000 }, (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => (received += part));
        answer.on('error', reject);
        answer.on('end', () => {
          let data;
          try {
            data = JSON.parse(received);
          } catch {
            data = undefined;
          }
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, data });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.end(text);
    });
  const needed = async (...call_) => {
    const answer = await call(...call_);
    if (answer.status >= 300) throw new Error(`${call_[0]} ${call_[1]}: ${answer.status} ${JSON.stringify(answer.data)}`);
    return answer.data;
  };
  return { call, needed, close: () => agent.destroy() };
}

/** Runs `work` for each item, at most `atOnce` at the same time. */
async function each(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index], index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/**
 * Simulates a rush of clients on a new event, and checks that each client ends in the right state. Throws if one does
 * not.
 * If a client finds the event sold out, it joins the waitlist, except that every second such client stops there.
 */
export async function rush({ url, email, password, clients = 5_000, capacity = 1_000, log = () => {} }) {
  const [{ RegistrationFlow }, { retryAfterMs }, { readProblem }] = await Promise.all([
    load('registration/flow.ts'),
    load('retry.ts'),
    load('api/problem.ts'),
  ]);
  const { call, needed, close } = server(url);
  const { accessToken: organizer } = await needed('POST', '/v1/auth/login', { body: { email, password } });
  const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  const body = { title: 'Rush', venue: 'Here', startsAt: inDays(20), endsAt: inDays(21), timezone: 'UTC', capacity };
  const { id } = await needed('POST', '/v1/events', { token: organizer, body });
  await needed('POST', `/v1/events/${id}/publish`, { token: organizer });

  const begin = performance.now();
  const run = `${process.pid}-${Date.now()}`;
  const tokens = await each([...Array(clients).keys()], 16, async (number) => {
    const person = { email: `rush-${run}-${number}@example.org`, password: 'a ship in port is safe', name: `Client ${number}` };
    return (await needed('POST', '/v1/auth/register', { body: person })).accessToken;
  });
  log(`${clients} accounts in ${((performance.now() - begin) / 1000).toFixed(0)} s`);

  let requests = 0;
  let presses = 0;
  const waits = [];
  const states = await Promise.all(
    tokens.map(async (token, number) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
      const flow = new RegistrationFlow({
        look: async () => ({ event: await needed('GET', `/v1/events/${id}`), registration: null }),
        ask: async (wish) => {
          requests += 1;
          try {
            const path = `/v1/events/${id}/${wish === 'register' ? 'registrations' : 'waitlist'}`;
            const { status, headers, data } = await call('POST', path, { token });
            if (status < 300 && data !== undefined) return { kind: 'registration', registration: data };
            const { kind, reason } = readProblem(data, status);
            return { kind: 'problem', problem: kind, status, reason, retryAfterMs: retryAfterMs(headers['retry-after'] ?? null) };
          } catch {
            return { kind: 'lost' };
          }
        },
        now: Date.now,
        changed: () => {},
      });
      // Every client sees the button as it was when the rush began.
      flow.situation = { phase: 'ready', offer: 'register', note: null };
      const pressed = performance.now();
      const press = async () => {
        presses += 1;
        await flow.press();
        // A client without an answer from the server presses again.
        while (flow.situation.phase === 'unanswered') await flow.press();
      };
      await press();
      if (flow.situation.phase === 'ready' && flow.situation.offer === 'waitlist' && number % 2 === 0) await press();
      waits.push(performance.now() - pressed);
      return flow.situation;
    }),
  );

  const faults = [];
  const counts = { seats: 0, waiting: 0, soldOut: 0 };
  const positions = [];
  await each(states, 16, async (state, number) => {
    const { status, data } = await call('GET', `/v1/events/${id}/registrations/me`, { token: tokens[number] });
    const known = status === 404 ? 'nothing' : data?.status;
    if (state.phase === 'seat') counts.seats += 1;
    else if (state.phase === 'waiting') counts.waiting += 1;
    else if (state.phase === 'ready' && state.note === 'sold-out') counts.soldOut += 1;
    else faults.push(`client ${number} ends as ${JSON.stringify(state)}`);
    const expected = { seat: 'confirmed', waiting: 'waitlisted', ready: 'nothing' }[state.phase];
    if (known !== expected) faults.push(`client ${number} sees ${state.phase}, and the server knows ${known} (${status})`);
    if (known === 'waitlisted') positions.push(data.waitlistPosition);
  });
  if (counts.seats !== Math.min(capacity, clients)) faults.push(`${counts.seats} seats were given, not ${Math.min(capacity, clients)}`);
  positions.sort((a, b) => a - b);
  if (positions.some((position, index) => position !== index + 1)) faults.push('the places on the waitlist are not 1, 2, 3, …');
  close();
  if (faults.length > 0) throw new Error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  waits.sort((a, b) => a - b);
  return {
    ...counts,
    requests,
    repeated: requests - presses,
    medianMs: Math.round(waits[Math.floor(waits.length / 2)] ?? 0),
    lastMs: Math.round(waits.at(-1) ?? 0),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      email: { type: 'string', default: 'organizer@em-connect.example' },
      password: { type: 'string', default: '' },
      clients: { type: 'string', default: '5000' },
      capacity: { type: 'string', default: '1000' },
    },
  });
  const numbers = { clients: Number(values.clients), capacity: Number(values.capacity) };
  const result = await rush({ ...values, ...numbers, log: console.log });
  console.log(`${result.seats} seats, ${result.waiting} on the waitlist, ${result.soldOut} know that all is sold out`);
  console.log(`half of them waited less than ${result.medianMs} ms, the last one ${result.lastMs} ms`);
  console.log(`${result.requests} requests, ${result.repeated} of them repeated`);
}
