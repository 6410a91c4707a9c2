import { getEventListeners } from 'node:events';
import { plainHeaders, systemClock, withTimeout } from '../../../nodes/Veo/transport/send';

/** Long enough that a test which waited for it would fail by its own time limit. */
const HOUR_MS = 3_600_000;

describe('the real clock', () => {
	it('tells the time', () => {
		const before = Date.now();
		const now = systemClock.now();
		expect(now).toBeGreaterThanOrEqual(before);
		expect(now).toBeLessThanOrEqual(Date.now());
	});

	it('sleeps, with and without a signal', async () => {
		const woken: string[] = [];
		await Promise.all([
			systemClock.sleep(20).then(() => woken.push('plain')),
			systemClock.sleep(60, new AbortController().signal).then(() => woken.push('with a signal')),
			systemClock.sleep(0).then(() => woken.push('not at all')),
		]);
		expect(woken).toEqual(['not at all', 'plain', 'with a signal']);
	});

	it.each([0, -1, -HOUR_MS])('does not sleep for %d ms', async (ms) => {
		await systemClock.sleep(ms, new AbortController().signal);
	});

	it('wakes as soon as the signal is aborted', async () => {
		const stop = new AbortController();
		const sleeping = systemClock.sleep(HOUR_MS, stop.signal);
		stop.abort();
		await sleeping;
	});

	it('does not fall asleep when the signal is aborted already', async () => {
		await systemClock.sleep(HOUR_MS, AbortSignal.abort());
	});

	it('leaves nothing hanging on the signal of the run', async () => {
		const { signal } = new AbortController();
		for (let sleep = 0; sleep < 20; sleep++) await systemClock.sleep(1, signal);
		expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
	});
});

describe('a call that is given a limit', () => {
	it('gives its answer where it comes in time', async () => {
		expect(await withTimeout(HOUR_MS, Promise.resolve('answer'), () => 'late')).toBe('answer');
	});

	it('is late where it does not', async () => {
		const never = new Promise<string>(() => {});
		expect(await withTimeout(10, never, () => 'late')).toBe('late');
	});

	it('hands on what it throws', async () => {
		const broken = Promise.reject(new Error('as it should'));
		await expect(withTimeout(HOUR_MS, broken, () => 'late')).rejects.toThrow('as it should');
	});

	it('may break after it was given up, without anybody hearing of it', async () => {
		const broken = systemClock.sleep(30).then(() => {
			throw new Error('too late to matter');
		});
		expect(await withTimeout(5, broken, () => 'late')).toBe('late');
		await systemClock.sleep(60);
	});
});

it('headers become text with names in lower case', () => {
	expect(
		plainHeaders({ 'Retry-After': 7, 'Set-Cookie': ['a', 'b'], 'X-Empty': undefined }),
	).toEqual({ 'retry-after': '7', 'set-cookie': 'a,b', 'x-empty': '' });
});
