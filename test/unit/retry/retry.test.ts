import fc from 'fast-check';
import { err, type Result, type VeoError } from '../../../nodes/Veo/api/errors';
import { RateLimiter } from '../../../nodes/Veo/retry/rateLimiter';
import {
	backoffMs,
	isRetryable,
	isSubmitRetryable,
	sendRateLimited,
	sendWithRetry,
	CANCELED,
	DEADLINE_EXCEEDED,
} from '../../../nodes/Veo/retry/retry';
import { anError, ERROR_KINDS } from '../support/errors';
import { callContextOf } from '../support/callContext';
import { VirtualClock } from '../support/virtualClock';

const WELL: Result<string> = { ok: true, data: 'well' };
const DOWN = err(anError('gateway', { httpStatus: 503 }));

/** A call that ends as scripted, the last way for ever, and the times at which it was sent. */
function scripted(clock: VirtualClock, ...ends: [...Result<string>[], Result<string>]) {
	const sentMs: number[] = [];
	const call = async () => {
		sentMs.push(clock.elapsedMs);
		return ends[sentMs.length - 1] ?? ends.at(-1) ?? DOWN;
	};
	return { call, sentMs };
}

describe('the pause before a call is repeated', () => {
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
	])('after %d repetitions is anything up to %d ms', (retries, boundMs) => {
		expect(backoffMs(retries, 0)).toBe(0);
		expect(backoffMs(retries, 0.5)).toBe(boundMs / 2);
		expect(backoffMs(retries, 1)).toBe(boundMs);
	});

	it('is never shorter than the server asked, and spread behind that', () => {
		const retries = fc.nat({ max: 50 });
		const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(retries, random, fc.nat({ max: 60_000 }), (retry, chance, retryAfterMs) => {
				const pauseMs = backoffMs(retry, chance, retryAfterMs);
				expect(pauseMs).toBeGreaterThanOrEqual(retryAfterMs);
				expect(pauseMs).toBeLessThanOrEqual(retryAfterMs + 30_000);
			}),
		);
	});
});

describe('a call that is sent once', () => {
	it('is sent at once where nothing was refused', async () => {
		const clock = new VirtualClock();
		const { call, sentMs } = scripted(clock, WELL);
		const end = await clock.run(async () => await sendRateLimited(call, callContextOf(clock)));
		expect(end).toBe(WELL);
		expect(sentMs).toEqual([0]);
	});

	it('waits for the common pace after a refusal of another call', async () => {
		const clock = new VirtualClock();
		const callContext = callContextOf(clock);
		const refusing = scripted(clock, err(anError('rateLimited', { retryAfterMs: 9_000 })));
		const { call, sentMs } = scripted(clock, WELL);
		await clock.run(async () => {
			await sendRateLimited(refusing.call, callContext);
			await sendRateLimited(call, callContext);
		});
		expect(sentMs).toEqual([9_000]);
	});

	it('is held back by a refusal also where it has its turn already', async () => {
		const clock = new VirtualClock();
		const callContext = callContextOf(clock);
		// from now on there are 200 ms between two calls
		callContext.rateLimiter.onThrottled(clock.now());
		const refusing = scripted(clock, err(anError('rateLimited', { retryAfterMs: 9_000 })));
		const { call, sentMs } = scripted(clock, WELL);
		await clock.run(async () => {
			await Promise.all([sendRateLimited(refusing.call, callContext), sendRateLimited(call, callContext)]);
		});
		expect(refusing.sentMs).toEqual([200]);
		expect(sentMs[0]).toBeGreaterThanOrEqual(9_200);
	});

	it('is not slowed by trouble that is no refusal', async () => {
		for (const kind of ERROR_KINDS.filter((one) => one !== 'rateLimited')) {
			const clock = new VirtualClock();
			const callContext = callContextOf(clock);
			const { call, sentMs } = scripted(clock, err(anError(kind)), WELL);
			await clock.run(async () => {
				await sendRateLimited(call, callContext);
				await sendRateLimited(call, callContext);
			});
			expect(sentMs).toEqual([0, 0]);
		}
	});

	it('is not sent when its turn would come too late', async () => {
		const clock = new VirtualClock();
		const callContext = callContextOf(clock);
		callContext.rateLimiter.onThrottled(clock.now(), 9_000);
		const { call, sentMs } = scripted(clock, WELL);
		const end = await clock.run(async () => await sendRateLimited(call, callContext, clock.now() + 8_999));
		expect(end).toEqual(err(DEADLINE_EXCEEDED));
		expect(sentMs).toEqual([]);
		expect(clock.elapsedMs).toBe(0);
	});

	it('is not sent once the run is stopped, also while it waits for its turn', async () => {
		const clock = new VirtualClock();
		const stop = new AbortController();
		const callContext = callContextOf(clock, { signal: stop.signal });
		callContext.rateLimiter.onThrottled(clock.now(), 9_000);
		clock.after(100, () => stop.abort());
		const { call, sentMs } = scripted(clock, WELL);
		const ends = await clock.run(async () => [
			await sendRateLimited(call, callContext),
			await sendRateLimited(call, callContext),
		]);
		expect(ends).toEqual([err(CANCELED), err(CANCELED)]);
		expect(sentMs).toEqual([]);
		expect(clock.elapsedMs).toBe(100);
	});
});

describe('a call that is sent patiently', () => {
	it('is repeated after growing pauses until it goes through', async () => {
		const clock = new VirtualClock();
		const { call, sentMs } = scripted(clock, DOWN, DOWN, DOWN, WELL);
		const end = await clock.run(
			async () => await sendWithRetry(call, isRetryable, callContextOf(clock, { random: () => 0.5 })),
		);
		expect(end).toBe(WELL);
		expect(sentMs).toEqual([0, 500, 1_500, 3_500]);
	});

	it.each([0, 1, 5])('is repeated at most %d times if the user says so', async (maxRetries) => {
		const clock = new VirtualClock();
		const { call, sentMs } = scripted(clock, DOWN);
		const end = await clock.run(
			async () => await sendWithRetry(call, isRetryable, callContextOf(clock, { maxRetries })),
		);
		expect(end).toBe(DOWN);
		expect(sentMs).toHaveLength(maxRetries + 1);
	});

	it('leaves the server alone for as long as it asked', async () => {
		const clock = new VirtualClock();
		const busy = err(anError('rateLimited', { retryAfterMs: 20_000 }));
		const { call, sentMs } = scripted(clock, busy, WELL);
		await clock.run(
			async () => await sendWithRetry(call, isRetryable, callContextOf(clock, { random: () => 0 })),
		);
		expect(sentMs).toEqual([0, 20_000]);
	});

	it('is not repeated once the run is stopped, and says so at once', async () => {
		const clock = new VirtualClock();
		const stop = new AbortController();
		const { call, sentMs } = scripted(clock, DOWN);
		clock.after(600, () => stop.abort());
		const callContext = callContextOf(clock, { signal: stop.signal, random: () => 1 });
		const end = await clock.run(async () => await sendWithRetry(call, isRetryable, callContext));
		expect(end).toEqual(err(CANCELED));
		expect(sentMs).toEqual([0]);
		expect(clock.elapsedMs).toBe(600);
	});

	it.each(ERROR_KINDS)('as an order is repeated after %s only if it is safe', async (kind) => {
		const clock = new VirtualClock();
		const error: VeoError = anError(kind);
		const { call, sentMs } = scripted(clock, err(error), WELL);
		const callContext = callContextOf(clock);
		await clock.run(async () => await sendWithRetry(call, isSubmitRetryable, callContext));
		expect(sentMs.length > 1).toBe(isSubmitRetryable(error));
	});

	it('does not come back together with others that one outage has hit', async () => {
		const clock = new VirtualClock();
		const rateLimiter = new RateLimiter(clock);
		let seed = 1;
		const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
		const secondTries: number[] = [];
		const caller = async () => {
			const { call, sentMs } = scripted(clock, DOWN, WELL);
			await sendWithRetry(call, isRetryable, callContextOf(clock, { rateLimiter, random }));
			secondTries.push(...sentMs.slice(1));
		};
		await clock.run(async () => {
			await Promise.all(Array.from({ length: 100 }, caller));
		});
		expect(secondTries).toHaveLength(100);
		for (let fromMs = 0; fromMs <= 1_000; fromMs += 100) {
			const together = secondTries.filter((ms) => ms >= fromMs && ms < fromMs + 100);
			expect(together.length).toBeLessThan(30);
		}
	});
});
