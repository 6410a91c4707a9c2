import { createJob } from '../../../nodes/Veo/api/parse';
import type { VideoJob } from '../../../nodes/Veo/api/types';
import { pollUntilDone, type PollOptions, type PollResult } from '../../../nodes/Veo/jobs/polling';
import type { CallContext } from '../../../nodes/Veo/retry/retry';
import { createCallContext } from './callContext';
import {
	envelope,
	httpResponse,
	SimulatedApi,
	UUID,
	videoJob,
	type Fault,
	type SimulatedJob,
} from './simulatedApi';
import { VirtualClock } from './virtualClock';

export const MINUTE_MS = 60_000;
/** How long the response to the final poll may take: the documented limit, not the code's constant. */
export const FINAL_POLL_TIMEOUT_MS = 2_000;

export interface PollScenario {
	/** By default a video that takes one minute. */
	job?: Partial<SimulatedJob>;
	/** Replace the responses to the first poll, the second poll, and so on. */
	faults?: Array<Fault | undefined>;
	/** Replaces all responses. */
	everyPoll?: Fault;
	latencyMs?: number;
	/** Whether the job was submitted just now; true by default. */
	isNew?: boolean;
	/** The state of the job before the first poll. */
	initial?: VideoJob;
	options?: Partial<PollOptions>;
	callContext?: Partial<CallContext>;
	/** When the execution is canceled, milliseconds from its start. */
	cancelAfterMs?: number;
	/** A jump of the wall clock, milliseconds from the start. */
	jump?: { afterMs: number; byMs: number };
	/** A suspension of the process. */
	stall?: { afterMs: number; ms: number };
}

export interface PollSimulation {
	result: PollResult;
	api: SimulatedApi;
	elapsedMs: number;
}

/** Polls a simulated job in virtual time. */
export async function simulatePolling(scenario: PollScenario): Promise<PollSimulation> {
	const { job, faults = [], everyPoll, latencyMs, isNew = true, initial, cancelAfterMs } = scenario;
	const { jump, stall } = scenario;
	const clock = new VirtualClock();
	const controller = new AbortController();
	const api = new SimulatedApi(
		clock,
		{ durationMs: MINUTE_MS, ...job },
		latencyMs,
		(poll) => everyPoll ?? faults[poll],
	);
	if (jump) clock.after(jump.afterMs, () => clock.jumpWallClock(jump.byMs));
	if (stall) clock.after(stall.afterMs, () => clock.stall(stall.ms));
	if (cancelAfterMs !== undefined) clock.after(cancelAfterMs, () => controller.abort());
	const result = await clock.run(
		async () =>
			await pollUntilDone(
				api.client,
				initial ?? (isNew ? videoJob() : createJob(UUID)),
				isNew,
				{ pollIntervalMs: 5_000, timeoutMs: 15 * MINUTE_MS, ...scenario.options },
				createCallContext(clock, { signal: controller.signal, ...scenario.callContext }),
			),
	);
	const { elapsedMs } = clock;
	const polls = api.pollTimesMs.length;
	await clock.advance(5 * MINUTE_MS);
	expect(api.pollTimesMs).toHaveLength(polls); // no poll after the result
	return { result, api, elapsedMs };
}

export const SERVICE_UNAVAILABLE: Fault = httpResponse(503, '<h1>Service Unavailable</h1>');

/** Faults of a poll, none of which may end the polling of a new job. */
export const POLL_FAULTS: Array<[string, Fault]> = [
	['a 503 page', SERVICE_UNAVAILABLE],
	['a 502 without a body', httpResponse(502)],
	['a 504 page', httpResponse(504, '<h1>Gateway Timeout</h1>')],
	['a 500 with the envelope', envelope(5000, { status: 500 })],
	['code 5000 with HTTP 200', envelope(5000)],
	['a truncated response', httpResponse(200, '{"code":0,"data":{')],
	['an empty response', httpResponse(200)],
	['the page of another service', httpResponse(200, '<h1>Welcome</h1>')],
	['a connection reset', { kind: 'reset', detail: 'ECONNRESET' }],
	['a refused connection', { kind: 'refused', detail: 'ECONNREFUSED' }],
	['a DNS error', { kind: 'dns', detail: 'EAI_AGAIN' }],
	['a failed TLS handshake', { kind: 'tls', detail: 'CERT_HAS_EXPIRED' }],
	['an unreachable network', { kind: 'network', detail: 'ENETUNREACH' }],
	['a poll without a response', 'hangs'],
	['a rejected key', envelope(1002, { status: 401 })],
	['a 404 page', httpResponse(404, '<h1>Not Found</h1>')],
	['an unknown code', envelope(4242)],
	['a redirect', httpResponse(302, '', { location: 'https://other.example' })],
];
