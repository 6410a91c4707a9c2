import { getEventListeners } from 'node:events';
import { createClock, withTimeout } from '../../../nodes/Veo/transport/clock';

const systemClock = createClock();

/** Longer than the time limit of a test, which fails if it waits for this. */
const HOUR_MS = 3_600_000;

describe('the system clock', () => {
	it('returns the time', () => {
		const before = Date.now();
		const now = systemClock.now();
		expect(now).toBeGreaterThanOrEqual(before);
		expect(now).toBeLessThanOrEqual(Date.now());
	});

	it('sleeps, with and without a signal', async () => {
		const woken: string[] = [];
		await Promise.all([
			systemClock.sleep(20).then(() => woken.push('without a signal')),
			systemClock.sleep(60, new AbortController().signal).then(() => woken.push('with a signal')),
			systemClock.sleep(0).then(() => woken.push('immediately')),
		]);
		expect(woken).toEqual(['immediately', 'without a signal', 'with a signal']);
	});

	it.each([0, -1, -HOUR_MS])('does not sleep for %d ms', async (ms) => {
		await systemClock.sleep(ms, new AbortController().signal);
	});

	it('wakes as soon as the signal is aborted', async () => {
		const controller = new AbortController();
		const sleeping = systemClock.sleep(HOUR_MS, controller.signal);
		controller.abort();
		await sleeping;
	});

	it('does not sleep if the signal was aborted before', async () => {
		await systemClock.sleep(HOUR_MS, AbortSignal.abort());
	});

	it("leaves no listeners on the execution's signal", async () => {
		const { signal } = new AbortController();
		for (let sleep = 0; sleep < 20; sleep++) await systemClock.sleep(1, signal);
		expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
	});
});

describe('a call with a timeout', () => {
	it('returns its result if it comes in time', async () => {
		const result = await withTimeout(HOUR_MS, Promise.resolve('result'), () => 'timeout');
		expect(result).toBe('result');
	});

	it('returns the fallback after the timeout', async () => {
		const never = new Promise<string>(() => {});
		expect(await withTimeout(10, never, () => 'timeout')).toBe('timeout');
	});

	it('rethrows the error of the call', async () => {
		const failing = Promise.reject(new Error('expected'));
		await expect(withTimeout(HOUR_MS, failing, () => 'timeout')).rejects.toThrow('expected');
	});

	it('causes no unhandled rejection if the call fails after the timeout', async () => {
		const failing = systemClock.sleep(30).then(() => {
			throw new Error('after the timeout');
		});
		expect(await withTimeout(5, failing, () => 'timeout')).toBe('timeout');
		await systemClock.sleep(60);
	});
});
