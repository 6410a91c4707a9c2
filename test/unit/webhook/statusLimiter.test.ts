import { StatusLimiter } from '../../../nodes/Veo/webhook/statusLimiter';
import { VirtualClock } from '../support/virtualClock';

const CHECK_MS = 200;

/** A node that checks the status of videos of which the API knows some. */
function createNode(isReal: (id: string) => boolean) {
	const clock = new VirtualClock();
	const limiter = new StatusLimiter(clock);
	const checked: string[] = [];
	/** @returns when the sender should retry, or 0 if the status was checked */
	const request = async (id: string): Promise<number> => {
		if (limiter.isUnknown(id)) return 0;
		const admission = await limiter.admit(id);
		if (!admission.isAdmitted) return admission.retryAfterMs;
		checked.push(id);
		await clock.sleep(CHECK_MS);
		if (isReal(id)) limiter.onKnown(id);
		else limiter.onUnknown(id);
		admission.release(isReal(id));
		return 0;
	};
	/** A provider, which retries after the time it is given. @returns the number of its requests */
	const deliver = async (id: string): Promise<number> => {
		for (let requests = 1; ; requests++) {
			const retryAfterMs = await request(id);
			if (retryAfterMs === 0) return requests;
			await clock.sleep(retryAfterMs);
		}
	};
	return { clock, limiter, checked, request, deliver };
}

const isReal = (id: string) => id.startsWith('real');
const many = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => `${name} ${index}`);

describe('a flood of invented IDs', () => {
	it('causes few status checks, even if it continues', async () => {
		const { clock, checked, request } = createNode(isReal);
		await clock.run(async () => {
			await Promise.all(many('invented', 5000).map(request));
			expect(checked.length).toBeLessThanOrEqual(31);
			for (const id of many('later', 6000)) {
				void request(id);
				await clock.sleep(10);
			}
		});
		// in a minute, one a second more
		expect(checked.length).toBeLessThanOrEqual(31 + 62);
	});

	it('causes few status checks if its IDs are repeated', async () => {
		const { clock, checked, request } = createNode(isReal);
		const ids = many('invented', 1000);
		await clock.run(async () => {
			for (let round = 0; round < 5; round++) await Promise.all(ids.map(request));
		});
		expect(checked.length).toBeLessThanOrEqual(70);
	});

	it('delays a real event by one retry at most', async () => {
		const { clock, request, deliver } = createNode(isReal);
		const requests = await clock.run(async () => {
			void Promise.all(many('invented', 5000).map(request));
			await clock.sleep(1000);
			return await Promise.all(many('real', 20).map(deliver));
		});
		expect(Math.max(...requests)).toBeLessThanOrEqual(2);
	});

	it('does not delay an event of a video that the API knew before', async () => {
		const { clock, request, deliver } = createNode(isReal);
		const requests = await clock.run(async () => {
			await deliver('real');
			await Promise.all(many('invented', 5000).map(request));
			return await deliver('real');
		});
		expect(requests).toBe(1);
	});
});

it('checks a thousand real events, at most 30 of them at once', async () => {
	const { clock, checked, deliver } = createNode(isReal);
	await clock.run(async () => await Promise.all(many('real', 1000).map(deliver)));
	expect(new Set(checked).size).toBe(1000);
	expect(clock.elapsedMs).toBeGreaterThanOrEqual((1000 / 90) * CHECK_MS);
	expect(clock.elapsedMs).toBeLessThan(120_000);
});

describe('an ID that the API does not know', () => {
	it('is not checked again for some seconds', async () => {
		const { clock, checked, request } = createNode(isReal);
		await clock.run(async () => {
			await request('invented');
			await request('invented');
			expect(checked).toHaveLength(1);
			await clock.sleep(11_000);
			await request('invented');
		});
		expect(checked).toHaveLength(2);
	});

	it('does not affect another spelling', async () => {
		const { clock, limiter, request } = createNode(isReal);
		await clock.run(async () => await request('INVENTED'));
		expect(limiter.isUnknown('INVENTED')).toBe(true);
		expect(limiter.isUnknown('invented')).toBe(false);
	});
});

describe('a rate limit of the API', () => {
	it.each([
		[30_000, 30_000],
		[undefined, 2_000],
	])('with Retry-After %p pauses all status checks for %i ms', async (retryAfterMs, pauseMs) => {
		const { clock, limiter, request } = createNode(isReal);
		limiter.onThrottled(retryAfterMs);
		expect(await request('real')).toBe(pauseMs);
		await clock.advance(pauseMs - 1000);
		expect(await request('real')).toBe(1000);
		await clock.advance(1000);
		expect(await clock.run(async () => await request('real'))).toBe(0);
	});

	it('is not shortened by a shorter one', async () => {
		const { limiter, request } = createNode(isReal);
		limiter.onThrottled(30_000);
		limiter.onThrottled(1_000);
		expect(await request('real')).toBe(30_000);
	});

	it('applies to requests that already wait', async () => {
		const { clock, limiter, request, checked } = createNode(isReal);
		const delays = await clock.run(async () => {
			const requests = many('real', 40).map(request);
			await clock.sleep(1);
			limiter.onThrottled(30_000);
			return await Promise.all(requests);
		});
		expect(checked).toHaveLength(30);
		expect(delays.filter((ms) => ms > 0)).toHaveLength(10);
	});
});

it('ends a request that waited too long', async () => {
	const clock = new VirtualClock();
	const limiter = new StatusLimiter(clock);
	const delays = await clock.run(async () => {
		const requests = many('real', 31).map(async (id) => {
			const admission = await limiter.admit(id);
			if (!admission.isAdmitted) return admission.retryAfterMs;
			await clock.sleep(10_000);
			admission.release(true);
			return 0;
		});
		return await Promise.all(requests);
	});
	expect(delays.filter((ms) => ms > 0)).toHaveLength(1);
});
