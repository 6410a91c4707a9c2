import { getEventListeners, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createClock, withTimeout } from '../../../nodes/Veo/transport/clock';

const systemClock = createClock();

/** Longer than the time limit of a test, which fails if it waits for this. */
const HOUR_MS = 3_600_000;

describe('the system clock', () => {
	it('starts with the epoch time, and ignores jumps of the wall clock', () => {
		const startMs = Date.UTC(2026, 0, 1);
		const wallClock = jest.spyOn(Date, 'now').mockReturnValue(startMs);
		const clock = createClock();
		for (const jumpMs of [-HOUR_MS, HOUR_MS]) {
			wallClock.mockReturnValue(startMs + jumpMs);
			expect(clock.wallNow()).toBe(startMs + jumpMs);
			expect(clock.now()).toBeGreaterThanOrEqual(startMs);
			expect(clock.now()).toBeLessThan(startMs + HOUR_MS / 2);
		}
		wallClock.mockRestore();
	});

	it('measures a sleep, however the wall clock jumps meanwhile', async () => {
		const clock = createClock();
		const startMs = clock.now();
		const realNow = Date.now;
		const wallClock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() - HOUR_MS);
		await clock.sleep(20);
		wallClock.mockRestore();
		expect(clock.now() - startMs).toBeGreaterThanOrEqual(18); // Node.js rounds its timers
		expect(clock.now() - startMs).toBeLessThan(HOUR_MS / 2);
	});

	it('sleeps for a time that is longer than a timer of Node.js can be', async () => {
		const controller = new AbortController();
		let isAwake = false;
		const sleeping = systemClock.sleep(Infinity, controller.signal).then(() => (isAwake = true));
		await systemClock.sleep(20);
		expect(isAwake).toBe(false);
		controller.abort();
		await sleeping;
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

	it('returns a result that arrived while the process was stalled', async () => {
		const worker = new Worker(
			"const { parentPort } = require('node:worker_threads');" +
				"parentPort.once('message', (text) => parentPort.postMessage(text));",
			{ eval: true },
		);
		await once(worker, 'online');
		// the next phase of the event loop runs timers
		await new Promise((resolve) => setImmediate(resolve));
		const call = once(worker, 'message').then(([text]) => String(text));
		const result = withTimeout(300, call, () => 'timeout');
		worker.postMessage('result');
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_600); // blocks the event loop
		expect(await result).toBe('result');
		await worker.terminate();
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
