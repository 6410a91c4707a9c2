import fc from 'fast-check';
import {
	isSubmitRetryable,
	isTransient,
	type ApiResult,
	type VeoError,
} from '../../../nodes/Veo/api/errors';
import { err, ok } from '../../../nodes/Veo/result';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import {
	backoffMs,
	CANCELED,
	DEADLINE_EXCEEDED,
	isRateLimited,
	sendRateLimited,
	sendWithRetry,
} from '../../../nodes/Veo/retry/retry';
import { createCallContext } from '../support/callContext';
import { createError, ERROR_KINDS } from '../support/errors';
import { VirtualClock } from '../support/virtualClock';

const SUCCESS: ApiResult<string> = ok('success');
const UNAVAILABLE = err(createError('gateway', { httpStatus: 503 }));
const THROTTLED = err(createError('rateLimited', { retryAfterMs: 9_000 }));

/** A call with the given results, the last one repeated, and the times at which it was sent. */
function scriptCall(
	clock: VirtualClock,
	...results: [...Array<ApiResult<string>>, ApiResult<string>]
) {
	const sentMs: number[] = [];
	const call = async () => {
		sentMs.push(clock.elapsedMs);
		return results[sentMs.length - 1] ?? results.at(-1) ?? UNAVAILABLE;
	};
	return { call, sentMs };
}

describe('the delay before a retry', () => {
	it.each([
		[0, 1_000],
		[1, 2_000],
		[2, 4_000],
		[3, 8_000],
		[4, 16_000],
		[5, 30_000],
		[6, 30_000],
		[100, 30_000],
		[5_000, 30_000],
	])('after %d retries is at most %d ms', (retries, maxMs) => {
		expect(backoffMs(retries, 0)).toBe(0);
		expect(backoffMs(retries, 0.5)).toBe(maxMs / 2);
		expect(backoffMs(retries, 1)).toBe(maxMs);
	});

	it('is at least as long as the server requested, plus a random time', () => {
		const anyRetries = fc.nat({ max: 50 });
		const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(
				anyRetries,
				anyRandom,
				fc.nat({ max: 60_000 }),
				(retries, random, retryAfterMs) => {
					const delayMs = backoffMs(retries, random, retryAfterMs);
					expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
					expect(delayMs).toBeLessThanOrEqual(retryAfterMs + 30_000);
				},
			),
		);
	});
});

describe('throttling', () => {
	it.each(ERROR_KINDS)('is reported only by the kind rateLimited: %s', (kind) => {
		expect(isRateLimited(createError(kind))).toBe(kind === 'rateLimited');
	});
});

describe('a rate-limited call', () => {
	it('is sent immediately without throttling', async () => {
		const clock = new VirtualClock();
		const { call, sentMs } = scriptCall(clock, SUCCESS);
		const result = await clock.run(
			async () => await sendRateLimited(call, createCallContext(clock)),
		);
		expect(result).toBe(SUCCESS);
		expect(sentMs).toEqual([0]);
	});

	it('waits after another call was throttled', async () => {
		const clock = new VirtualClock();
		const callContext = createCallContext(clock);
		const throttled = scriptCall(clock, THROTTLED);
		const { call, sentMs } = scriptCall(clock, SUCCESS);
		await clock.run(async () => {
			await sendRateLimited(throttled.call, callContext);
			await sendRateLimited(call, callContext);
		});
		expect(sentMs).toEqual([9_000]);
	});

	it('waits even if its slot was reserved before another call was throttled', async () => {
		const clock = new VirtualClock();
		const callContext = createCallContext(clock);
		// starts an interval of 200 ms between two calls
		callContext.rateLimiter.onThrottled(clock.now());
		const throttled = scriptCall(clock, THROTTLED);
		const { call, sentMs } = scriptCall(clock, SUCCESS);
		await clock.run(async () => {
			await Promise.all([
				sendRateLimited(throttled.call, callContext),
				sendRateLimited(call, callContext),
			]);
		});
		expect(throttled.sentMs).toEqual([200]);
		expect(sentMs[0]).toBeGreaterThanOrEqual(9_200);
	});

	it('is not delayed by any other error', async () => {
		for (const kind of ERROR_KINDS.filter((other) => other !== 'rateLimited')) {
			const clock = new VirtualClock();
			const callContext = createCallContext(clock);
			const { call, sentMs } = scriptCall(clock, err(createError(kind)), SUCCESS);
			await clock.run(async () => {
				await sendRateLimited(call, callContext);
				await sendRateLimited(call, callContext);
			});
			expect(sentMs).toEqual([0, 0]);
		}
	});

	it('is not sent if its slot is after the deadline', async () => {
		const clock = new VirtualClock();
		const callContext = createCallContext(clock);
		callContext.rateLimiter.onThrottled(clock.now(), 9_000);
		const { call, sentMs } = scriptCall(clock, SUCCESS);
		const result = await clock.run(
			async () => await sendRateLimited(call, callContext, clock.now() + 8_999),
		);
		expect(result).toEqual(err(DEADLINE_EXCEEDED));
		expect(sentMs).toEqual([]);
		expect(clock.elapsedMs).toBe(0);
	});

	it('is not sent after the user cancels, even while it waits for its slot', async () => {
		const clock = new VirtualClock();
		const controller = new AbortController();
		const callContext = createCallContext(clock, { signal: controller.signal });
		callContext.rateLimiter.onThrottled(clock.now(), 9_000);
		clock.after(100, () => controller.abort());
		const { call, sentMs } = scriptCall(clock, SUCCESS);
		const results = await clock.run(async () => [
			await sendRateLimited(call, callContext),
			await sendRateLimited(call, callContext),
		]);
		expect(results).toEqual([err(CANCELED), err(CANCELED)]);
		expect(sentMs).toEqual([]);
		expect(clock.elapsedMs).toBe(100);
	});
});

describe('a call with retries', () => {
	it('is retried after increasing delays until it succeeds', async () => {
		const clock = new VirtualClock();
		const { call, sentMs } = scriptCall(clock, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, SUCCESS);
		const callContext = createCallContext(clock, { random: () => 0.5 });
		const result = await clock.run(async () => await sendWithRetry(call, isTransient, callContext));
		expect(result).toBe(SUCCESS);
		expect(sentMs).toEqual([0, 500, 1_500, 3_500]);
	});

	it.each([0, 1, 5])(
		'is retried at most %d times if the user sets Max Retries',
		async (maxRetries) => {
			const clock = new VirtualClock();
			const { call, sentMs } = scriptCall(clock, UNAVAILABLE);
			const callContext = createCallContext(clock, { maxRetries });
			const result = await clock.run(
				async () => await sendWithRetry(call, isTransient, callContext),
			);
			expect(result).toBe(UNAVAILABLE);
			expect(sentMs).toHaveLength(maxRetries + 1);
		},
	);

	it('is retried after the delay that the server requested', async () => {
		const clock = new VirtualClock();
		const throttled = err(createError('rateLimited', { retryAfterMs: 20_000 }));
		const { call, sentMs } = scriptCall(clock, throttled, SUCCESS);
		const callContext = createCallContext(clock, { random: () => 0 });
		await clock.run(async () => await sendWithRetry(call, isTransient, callContext));
		expect(sentMs).toEqual([0, 20_000]);
	});

	it('is not retried after the user cancels, and returns immediately', async () => {
		const clock = new VirtualClock();
		const controller = new AbortController();
		const { call, sentMs } = scriptCall(clock, UNAVAILABLE);
		clock.after(600, () => controller.abort());
		const callContext = createCallContext(clock, {
			signal: controller.signal,
			random: () => 1,
		});
		const result = await clock.run(async () => await sendWithRetry(call, isTransient, callContext));
		expect(result).toEqual(err(CANCELED));
		expect(sentMs).toEqual([0]);
		expect(clock.elapsedMs).toBe(600);
	});

	it.each(ERROR_KINDS)('that submits is retried after %s only if this is safe', async (kind) => {
		const clock = new VirtualClock();
		const error: VeoError = createError(kind);
		const { call, sentMs } = scriptCall(clock, err(error), SUCCESS);
		const callContext = createCallContext(clock);
		await clock.run(async () => await sendWithRetry(call, isSubmitRetryable, callContext));
		expect(sentMs.length > 1).toBe(isSubmitRetryable(error));
	});

	it('is not retried simultaneously with others after the same outage', async () => {
		const clock = new VirtualClock();
		const rateLimiter = new RateLimiter(clock);
		let seed = 1;
		const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
		const retriesMs: number[] = [];
		const caller = async () => {
			const { call, sentMs } = scriptCall(clock, UNAVAILABLE, SUCCESS);
			await sendWithRetry(call, isTransient, createCallContext(clock, { rateLimiter, random }));
			retriesMs.push(...sentMs.slice(1));
		};
		await clock.run(async () => {
			await Promise.all(Array.from({ length: 100 }, caller));
		});
		expect(retriesMs).toHaveLength(100);
		for (let fromMs = 0; fromMs <= 1_000; fromMs += 100) {
			const simultaneous = retriesMs.filter((ms) => ms >= fromMs && ms < fromMs + 100);
			expect(simultaneous.length).toBeLessThan(30);
		}
	});
});
