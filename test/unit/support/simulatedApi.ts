import { VeoClient } from '../../../nodes/Veo/api/client';
import type { HttpResponse, HttpRequest, NetworkError, Send } from '../../../nodes/Veo/api/http';
import type { Json, JsonObject, VideoJob } from '../../../nodes/Veo/api/types';
import type { VirtualClock } from './virtualClock';

export const UUID = '8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f';
export const VIDEO_URL = `https://media.example.com/${UUID}.mp4`;

/** A response with the API's envelope. */
export function envelope(
	code: Json,
	{ data, msg = '', status = 200, headers = {} }: EnvelopeParts = {},
): HttpResponse {
	return httpResponse(status, JSON.stringify({ code, msg, ...(data !== undefined && { data }) }), {
		'content-type': 'application/json',
		...headers,
	});
}

interface EnvelopeParts {
	data?: Json;
	msg?: string;
	status?: number;
	headers?: Record<string, string>;
}

export function httpResponse(
	status: number,
	text = '',
	headers: Record<string, string> = {},
): HttpResponse {
	return { status, headers, text };
}

/** The API's response to a request above its rate limit. */
export function rateLimited(retryAfterSeconds?: number): HttpResponse {
	const headers: Record<string, string> =
		retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
	return envelope(1003, { status: 429, headers });
}

/** A pending job, with the given fields replaced. */
export function videoJob(overrides: Partial<VideoJob> = {}): VideoJob {
	return {
		uuid: UUID,
		status: 'pending',
		videoUrl: null,
		progress: null,
		estimatedTime: null,
		failureReason: null,
		rawFields: {},
		...overrides,
	};
}

export interface SimulatedJob {
	/** How long the generation takes, milliseconds from now; Infinity if it never ends. */
	durationMs: number;
	endsAs?: 'completed' | 'failed';
	/** The fields of `data` that contain the reason of a failed job. */
	reason?: JsonObject;
	/** @returns the estimate that the API reports; undefined if it reports none */
	estimatedTime?(remainingSeconds: number): Json | undefined;
	/** @returns the progress that the API reports; undefined if it reports none */
	progress?(percent: number): Json | undefined;
}

/** Replaces the response to a poll; 'hangs' is a poll without a response. */
export type Fault = HttpResponse | NetworkError | 'hangs';

/** An API that generates one video in virtual time and records the polls. */
export class SimulatedApi {
	/** When each poll was sent, milliseconds since the API was created. */
	readonly pollTimesMs: number[] = [];
	readonly requests: HttpRequest[] = [];
	/** Maximum number of simultaneous polls. */
	maxConcurrentPolls = 0;
	readonly client: VeoClient;
	private concurrentPolls = 0;
	private readonly startMs: number;

	/**
	 * @param latencyMs - how long each response takes
	 * @param faultAt - by the number of the poll, from 0; undefined for the regular response
	 */
	constructor(
		private readonly clock: VirtualClock,
		private readonly job: SimulatedJob,
		private readonly latencyMs = 0,
		private readonly faultAt: (poll: number) => Fault | undefined = () => undefined,
	) {
		this.startMs = clock.now();
		this.client = new VeoClient(this.send, clock.now);
	}

	/** When the generation ends, epoch milliseconds of the virtual clock. */
	get endMs(): number {
		return this.startMs + this.job.durationMs;
	}

	/** The `data` of the job at a time, by default now. */
	data(atMs = this.clock.now()): JsonObject {
		const { durationMs, endsAs = 'completed', reason = {} } = this.job;
		const elapsedMs = atMs - this.startMs;
		if (elapsedMs >= durationMs) {
			return endsAs === 'completed'
				? { uuid: UUID, status: endsAs, videoUrl: VIDEO_URL, progress: 100 }
				: { uuid: UUID, status: endsAs, ...reason };
		}
		const estimatedTime = this.job.estimatedTime?.((durationMs - elapsedMs) / 1000);
		const progress = this.job.progress?.((elapsedMs / durationMs) * 100);
		return {
			uuid: UUID,
			status: 'processing',
			...(estimatedTime !== undefined && { estimatedTime }),
			...(progress !== undefined && { progress }),
		};
	}

	private readonly send: Send = async (request) => {
		const fault = this.faultAt(this.requests.length);
		this.requests.push(request);
		this.pollTimesMs.push(this.clock.now() - this.startMs);
		this.maxConcurrentPolls = Math.max(this.maxConcurrentPolls, ++this.concurrentPolls);
		const hangs = fault === 'hangs';
		// computed now: the client can be stalled when it receives the response, but not the server
		const atMs = this.clock.now() + this.latencyMs;
		await this.clock.sleep(hangs ? request.timeoutMs : this.latencyMs);
		this.concurrentPolls--;
		if (hangs) return { kind: 'timeout', detail: 'No response' };
		return fault ?? envelope(0, { data: this.data(atMs) });
	};
}
