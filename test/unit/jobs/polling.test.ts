import fc from 'fast-check';
import { STATUS_TIMEOUT_MS } from '../../../nodes/Veo/api/client';
import type { VeoErrorKind } from '../../../nodes/Veo/api/errors';
import { createJob } from '../../../nodes/Veo/api/parse';
import type { CallContext } from '../../../nodes/Veo/retry/retry';
import type { VideoJob } from '../../../nodes/Veo/api/types';
import {
	FINAL_POLL_GRACE_MS,
	pollUntilDone,
	type PollResult,
	type PollOptions,
} from '../../../nodes/Veo/jobs/polling';
import { callContextOf } from '../support/callContext';
import {
	aJob,
	answer,
	envelope,
	SimulatedApi,
	tooMany,
	UUID,
	VIDEO_URL,
	type Fault,
	type SimulatedJob,
} from '../support/simulatedApi';
import { VirtualClock } from '../support/virtualClock';

const MINUTE_MS = 60_000;
/** What a look at the deadline is given to be answered; a number of its own, as it is a promise. */
const FINAL_POLL_TIMEOUT_MS = 2_000;

interface Scene {
	/** What the API is doing; a video of a minute unless said. */
	job?: Partial<SimulatedJob>;
	/** What comes in place of the first look's answer, the second's and so on. */
	faults?: Array<Fault | undefined>;
	/** What comes in place of every answer. */
	always?: Fault;
	latencyMs?: number;
	/** Whether the job was ordered just now; true unless said. */
	submitted?: boolean;
	known?: VideoJob;
	options?: Partial<PollOptions>;
	callContext?: Partial<CallContext>;
	/** When the run is stopped, milliseconds from its beginning. */
	stopAfterMs?: number;
}

interface Ended {
	end: PollResult;
	api: SimulatedApi;
	elapsedMs: number;
}

/** Waits for a simulated video's end in virtual time. */
async function wait(scene: Scene): Promise<Ended> {
	const { job, faults = [], always, latencyMs, submitted = true, known, stopAfterMs } = scene;
	const clock = new VirtualClock();
	const stop = new AbortController();
	const api = new SimulatedApi(
		clock,
		{ durationMs: MINUTE_MS, ...job },
		latencyMs,
		(look) => always ?? faults[look],
	);
	if (stopAfterMs !== undefined) clock.after(stopAfterMs, () => stop.abort());
	const end = await clock.run(
		async () =>
			await pollUntilDone(
				api.client,
				known ?? (submitted ? aJob() : createJob(UUID)),
				submitted,
				{ pollIntervalMs: 5_000, timeoutMs: 15 * MINUTE_MS, ...scene.options },
				callContextOf(clock, { signal: stop.signal, ...scene.callContext }),
			),
	);
	const { elapsedMs } = clock;
	const looks = api.looks.length;
	await clock.pass(5 * MINUTE_MS);
	expect(api.looks).toHaveLength(looks); // nothing is left behind
	return { end, api, elapsedMs };
}

describe('a wait', () => {
	it('ends with the video once it is completed', async () => {
		const { end, api, elapsedMs } = await wait({});
		expect(end).toMatchObject({
			outcome: 'completed',
			job: { uuid: UUID, status: 'completed', videoUrl: VIDEO_URL },
		});
		expect(end.polls).toBe(api.looks.length);
		expect(end.waitedMs).toBe(elapsedMs);
		expect(elapsedMs).toBeGreaterThanOrEqual(MINUTE_MS);
		expect(elapsedMs).toBeLessThanOrEqual(MINUTE_MS + 10_000);
	});

	it('ends with the reason once the video has failed', async () => {
		const job = { endsAs: 'failed' as const, reason: { errorMessage: 'unsafe prompt' } };
		const { end } = await wait({ job });
		expect(end).toMatchObject({
			outcome: 'failed',
			job: { uuid: UUID, status: 'failed', failureReason: 'unsafe prompt' },
		});
	});

	it('ends at the deadline with what was last seen of the video', async () => {
		const job = { durationMs: Infinity, progress: () => 40, estimatedTime: () => 12 };
		const { end, elapsedMs } = await wait({ job, options: { timeoutMs: 100_000 } });
		expect(end).toMatchObject({
			outcome: 'timedOut',
			job: { uuid: UUID, status: 'processing', progress: 40, estimatedTime: 12 },
		});
		expect(elapsedMs).toBeLessThanOrEqual(100_000);
		expect(elapsedMs).toBeGreaterThan(100_000 - 5_000);
	});

	it('looks a last time at the deadline, and sees a video that is ready just then', async () => {
		const { end } = await wait({
			job: { durationMs: 29_000, estimatedTime: () => 1_000 },
			options: { timeoutMs: 29_500 },
		});
		expect(end.outcome).toBe('completed');
	});

	it('looks once where the deadline is nearer than the poll interval', async () => {
		const { end, api } = await wait({ options: { timeoutMs: 1_000 } });
		expect(end.outcome).toBe('timedOut');
		expect(api.looks).toEqual([1_000]);
	});

	it('keeps all that the order said, and adds what the looks say', async () => {
		const known = aJob({ rawFields: { prompt: 'A paper boat', seed: 1 } });
		const job = { endsAs: 'failed' as const, reason: { seed: 2, width: 1920 } };
		const { end } = await wait({ known, job });
		expect(end.job.rawFields).toEqual({ prompt: 'A paper boat', seed: 2, width: 1920 });
	});

	it('does not take a completed video without a URL for the end', async () => {
		const bare = envelope(0, { data: { uuid: UUID, status: 'completed' } });
		const { end, api } = await wait({ job: { durationMs: 0 }, faults: [bare, bare, bare] });
		expect(end).toMatchObject({ outcome: 'completed', job: { videoUrl: VIDEO_URL } });
		expect(api.looks).toHaveLength(4);
	});

	it('goes on through a status that nobody knows', async () => {
		const unknown = envelope(0, { data: { uuid: UUID, status: 'rendering' } });
		const { end } = await wait({ faults: [unknown, unknown] });
		expect(end.outcome).toBe('completed');
	});
});

describe('the first look', () => {
	it('comes after the poll interval for a video that was ordered just now', async () => {
		const { api } = await wait({ options: { pollIntervalMs: 7_000 } });
		expect(api.looks[0]).toBe(7_000);
	});

	it('comes at once for an id from elsewhere', async () => {
		const { end, api } = await wait({ submitted: false, job: { durationMs: 0 } });
		expect(api.looks).toEqual([0]);
		expect(end).toMatchObject({ outcome: 'completed', polls: 1, waitedMs: 0 });
	});

	it('follows an estimate that came with the order', async () => {
		const known = aJob({ estimatedTime: 20 });
		const { api } = await wait({ known, job: { durationMs: 20_000 } });
		expect(api.looks).toEqual([21_000]);
	});
});

describe('a video with true estimates', () => {
	it.each([
		[30, 3],
		[60, 4],
		[120, 6],
		[300, 12],
	])('of %d s is seen within 2 s, with %d looks at most', async (seconds, looks) => {
		const { end, api, elapsedMs } = await wait({
			known: aJob({ estimatedTime: seconds }),
			job: { durationMs: 1000 * seconds, estimatedTime: Math.round },
			latencyMs: 100,
		});
		expect(end.outcome).toBe('completed');
		expect(api.looks.length).toBeLessThanOrEqual(looks);
		expect(elapsedMs - 1000 * seconds).toBeLessThanOrEqual(2_000);
	});
});

const DOWN: Fault = answer(503, '<h1>Service Unavailable</h1>');
const FAULTS: Array<[string, Fault]> = [
	['a 503 page', DOWN],
	['a 502 without a body', answer(502)],
	['a 504 page', answer(504, '<h1>Gateway Timeout</h1>')],
	['a 500 in the envelope', envelope(5000, { status: 500 })],
	['code 5000 with HTTP 200', envelope(5000)],
	['an answer that was cut', answer(200, '{"code":0,"data":{')],
	['an empty answer', answer(200)],
	['a page in place of the API', answer(200, '<h1>Welcome</h1>')],
	['a lost connection', { kind: 'reset', detail: 'ECONNRESET' }],
	['a refused connection', { kind: 'refused', detail: 'ECONNREFUSED' }],
	['a host name that is not found', { kind: 'dns', detail: 'EAI_AGAIN' }],
	['a handshake that fails', { kind: 'tls', detail: 'CERT_HAS_EXPIRED' }],
	['a network that is away', { kind: 'network', detail: 'ENETUNREACH' }],
	['a look that hangs', 'hangs'],
	['a refused key', envelope(1002, { status: 401 })],
	['a 404 page', answer(404, '<h1>Not Found</h1>')],
	['a code that nobody knows', envelope(4242)],
	['a redirect', answer(302, '', { location: 'https://other.example' })],
];

describe('a video that was ordered survives', () => {
	it.each(FAULTS)('%s on its first look', async (_, fault) => {
		const { end } = await wait({ faults: [fault] });
		expect(end).toMatchObject({ outcome: 'completed', job: { videoUrl: VIDEO_URL } });
	});

	it.each(FAULTS)('%s on a later look', async (_, fault) => {
		const { end } = await wait({ faults: [undefined, undefined, fault] });
		expect(end.outcome).toBe('completed');
	});

	it.each(FAULTS)('%s three times in a row', async (_, fault) => {
		const { end, elapsedMs } = await wait({ faults: [undefined, fault, fault, fault] });
		expect(end.outcome).toBe('completed');
		const slack = fault === 'hangs' ? 2 * STATUS_TIMEOUT_MS : 20_000;
		expect(elapsedMs).toBeLessThanOrEqual(MINUTE_MS + slack);
	});

	it('any trouble but one too many in a row, again and again', async () => {
		const round: Array<Fault | undefined> = [DOWN, DOWN, DOWN, DOWN, DOWN, undefined];
		const { end } = await wait({
			faults: [...round, ...round, ...round],
			job: { durationMs: 5 * MINUTE_MS },
		});
		expect(end.outcome).toBe('completed');
	});
});

describe('a wait that is in vain', () => {
	it.each([0, 1, 5])(
		'ends after %d repetitions in a row, and names the video',
		async (maxRetries) => {
			const { end, api } = await wait({ always: DOWN, callContext: { maxRetries } });
			expect(end).toMatchObject({
				outcome: 'lost',
				job: { uuid: UUID },
				failure: { kind: 'gateway', httpStatus: 503 },
			});
			expect(api.looks).toHaveLength(maxRetries + 1);
			expect(end.polls).toBe(maxRetries + 1);
		},
	);

	const isPermanent: Array<[VeoErrorKind, Fault]> = [
		['authentication', envelope(1002)],
		['authentication', answer(403)],
		['invalidParameters', envelope(1000)],
		['insufficientCredits', envelope(1001)],
		['notVeoApi', answer(404, '<h1>Not Found</h1>')],
		['unknownCode', envelope(4242)],
		['redirect', answer(301, '', { location: 'https://other.example' })],
	];
	it.each(isPermanent)('ends at once on %s for an id that nobody has seen', async (kind, fault) => {
		const { end, api } = await wait({ submitted: false, always: fault });
		expect(end).toMatchObject({ outcome: 'lost', job: { uuid: UUID }, failure: { kind } });
		expect(api.looks).toEqual([0]);
	});

	it('does not end at once on trouble that passes, for an id that nobody has seen', async () => {
		const { end } = await wait({ submitted: false, faults: [DOWN, DOWN, DOWN] });
		expect(end.outcome).toBe('completed');
	});

	it('is not hopeless any more once the video has been seen', async () => {
		const { end } = await wait({ submitted: false, faults: [undefined, envelope(1002)] });
		expect(end.outcome).toBe('completed');
	});
});

describe('refusals for being asked too often', () => {
	it('never end a wait, however many there are', async () => {
		const { end, api } = await wait({
			faults: Array.from({ length: 40 }, () => tooMany()),
			callContext: { maxRetries: 0 },
		});
		expect(end.outcome).toBe('completed');
		expect(api.looks).toHaveLength(41);
	});

	it('end in the deadline at last', async () => {
		const { end, elapsedMs } = await wait({
			always: tooMany(),
			options: { timeoutMs: 2 * MINUTE_MS },
		});
		expect(end.outcome).toBe('timedOut');
		expect(elapsedMs).toBeLessThanOrEqual(2 * MINUTE_MS);
	});

	it.each([
		[7, 7_000],
		[3_600, 60_000],
	])('with a Retry-After of %d s keep away for %d ms', async (seconds, leastMs) => {
		const { api } = await wait({ faults: [tooMany(seconds)] });
		const [first = 0, second = 0] = api.looks;
		expect(second - first).toBeGreaterThanOrEqual(leastMs);
		expect(second - first).toBeLessThanOrEqual(leastMs + 2_000);
	});

	it('do not count among the troubles in a row', async () => {
		const { end } = await wait({
			faults: [DOWN, tooMany(), DOWN, tooMany(), undefined],
			callContext: { maxRetries: 2 },
		});
		expect(end.outcome).toBe('completed');
	});
});

describe('the deadline', () => {
	it.each<[string, Scene]>([
		['a server that hangs', { always: 'hangs' }],
		['a server that is slow', { latencyMs: 9_000 }],
		['a server that is down', { always: DOWN, callContext: { maxRetries: 1_000 } }],
		['refusals with a long Retry-After', { always: tooMany(55) }],
		['refusals by turns', { faults: [undefined, tooMany(20), undefined, tooMany(40)] }],
	])('is kept with %s', async (_, scene) => {
		for (let timeoutMs = 1_000; timeoutMs <= MINUTE_MS; timeoutMs += 3_700) {
			const { end, elapsedMs, api } = await wait({
				...scene,
				job: { durationMs: Infinity },
				options: { timeoutMs },
				callContext: { maxRetries: 1_000, ...scene.callContext },
			});
			expect(end.outcome).toBe('timedOut');
			const answeredInTime = Math.max(FINAL_POLL_TIMEOUT_MS, scene.latencyMs ?? 0);
			expect(elapsedMs).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS + answeredInTime);
			expect(Math.max(0, ...api.looks)).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS);
		}
	});

	it('is kept where the common pace delays a look that then hangs', async () => {
		const clock = new VirtualClock();
		const api = new SimulatedApi(clock, { durationMs: Infinity }, 0, () => 'hangs');
		const callContext = callContextOf(clock);
		const options = { pollIntervalMs: 5_000, timeoutMs: 20_000 };
		const end = await clock.run(async () => {
			const waiting = pollUntilDone(api.client, aJob(), true, options, callContext);
			// another job of the run is refused: all calls are held back until just before the deadline
			callContext.rateLimiter.onThrottled(clock.now(), 19_000);
			return await waiting;
		});
		expect(end.outcome).toBe('timedOut');
		expect(api.looks).toEqual([19_000]);
		expect(clock.elapsedMs).toBeLessThanOrEqual(20_000 + FINAL_POLL_TIMEOUT_MS);
	});
});

describe('a stop', () => {
	it.each([0, 1, 4_999, 12_345, 44_444])('after %d ms ends the wait at that moment', async (ms) => {
		const { end, elapsedMs, api } = await wait({ stopAfterMs: ms, job: { durationMs: Infinity } });
		expect(end).toMatchObject({ outcome: 'stopped', job: { uuid: UUID } });
		expect(elapsedMs).toBe(ms);
		expect(Math.max(0, ...api.looks)).toBeLessThanOrEqual(ms);
	});

	it('that cuts a look under way is one', async () => {
		const { end } = await wait({ always: { kind: 'stopped', detail: '' } });
		expect(end.outcome).toBe('stopped');
	});

	it('ends a pause between two tries, and one that the API asked for', async () => {
		for (const always of [DOWN, tooMany(50)]) {
			const { end, elapsedMs } = await wait({ always, stopAfterMs: 6_000 });
			expect(end.outcome).toBe('stopped');
			expect(elapsedMs).toBe(6_000);
		}
	});

	it('before the wait begins lets nothing be looked at', async () => {
		const { end, api } = await wait({
			submitted: false,
			callContext: { signal: AbortSignal.abort() },
		});
		expect(end).toMatchObject({ outcome: 'stopped', polls: 0 });
		expect(api.looks).toEqual([]);
	});
});

describe('whatever happens', () => {
	const fault = fc.constantFrom<Fault | undefined>(
		...[undefined, undefined, undefined, tooMany(), tooMany(9), 'hangs' as const],
		...FAULTS.map(([, one]) => one),
	);
	const scene = fc.record({
		seconds: fc.integer({ min: 0, max: 400 }),
		failsAtLast: fc.boolean(),
		faults: fc.array(fault, { maxLength: 25 }),
		latencyMs: fc.nat({ max: 3_000 }),
		pollIntervalMs: fc.integer({ min: 1_000, max: 20_000 }),
		timeoutMs: fc.integer({ min: 1_000, max: 600_000 }),
		submitted: fc.boolean(),
		maxRetries: fc.nat({ max: 8 }),
		random: fc.double({ min: 0, max: 0.999, noNaN: true }),
		estimates: fc.array(fc.double({ min: -10, max: 2_000, noNaN: true }), { maxLength: 20 }),
	});

	it('looks keep their distance, come one at a time and never after the end', async () => {
		await fc.assert(
			fc.asyncProperty(scene, async (given) => {
				const { seconds, pollIntervalMs, timeoutMs, latencyMs, estimates, random } = given;
				let told = 0;
				const { end, api, elapsedMs } = await wait({
					...given,
					job: {
						durationMs: 1000 * seconds,
						endsAs: given.failsAtLast ? 'failed' : 'completed',
						estimatedTime: () => estimates[told++],
					},
					options: { pollIntervalMs, timeoutMs },
					callContext: { maxRetries: given.maxRetries, random: () => random },
				});
				expect(api.mostAtOnce).toBeLessThanOrEqual(1);
				expect(end.polls).toBe(api.looks.length);
				for (const [index, look] of api.looks.entries()) {
					const before = api.looks[index - 1];
					if (before !== undefined) expect(look - before).toBeGreaterThanOrEqual(pollIntervalMs);
				}
				expect(end.job.uuid).toBe(UUID);
				expect(end.outcome).not.toBe('stopped');
				const lastAnswerMs = Math.max(FINAL_POLL_TIMEOUT_MS, latencyMs);
				expect(elapsedMs).toBeLessThanOrEqual(timeoutMs + FINAL_POLL_GRACE_MS + lastAnswerMs);
				if (end.outcome === 'completed' || end.outcome === 'failed') {
					expect(end.outcome).toBe(given.failsAtLast ? 'failed' : 'completed');
					expect(elapsedMs).toBeGreaterThanOrEqual(1000 * seconds);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('a thousand videos at once are each seen to their end', async () => {
		const clock = new VirtualClock();
		const callContext = callContextOf(clock);
		const ends = await clock.run(
			async () =>
				await Promise.all(
					Array.from({ length: 1_000 }, async (_, index) => {
						const durationMs = 20_000 + ((index * 7_919) % 200_000);
						const api = new SimulatedApi(clock, { durationMs }, 50);
						const options = { pollIntervalMs: 5_000, timeoutMs: 15 * MINUTE_MS };
						const end = await pollUntilDone(api.client, aJob(), true, options, callContext);
						return { end, lagMs: clock.now() - api.endMs };
					}),
				),
		);
		for (const { end, lagMs } of ends) {
			expect(end.outcome).toBe('completed');
			expect(lagMs).toBeLessThanOrEqual(10_100);
		}
	});
});
