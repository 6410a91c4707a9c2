import { VeoClient } from '../../../nodes/Veo/api/client';
import type { HttpResponse, HttpRequest, NetworkError, Send } from '../../../nodes/Veo/api/http';
import type { Json, JsonObject, VideoJob } from '../../../nodes/Veo/api/types';
import type { VirtualClock } from './virtualClock';

export const UUID = '8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f';
export const VIDEO_URL = `https://media.example.com/${UUID}.mp4`;

/** An answer in the API's envelope. */
export function envelope(
	code: Json,
	{ data, msg = '', status = 200, headers = {} }: EnvelopeParts = {},
): HttpResponse {
	return answer(status, JSON.stringify({ code, msg, ...(data !== undefined && { data }) }), {
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

export function answer(
	status: number,
	text = '',
	headers: Record<string, string> = {},
): HttpResponse {
	return { status, headers, text };
}

/** Refuses for being asked too often. */
export function tooMany(retryAfterSeconds?: number): HttpResponse {
	const headers: Record<string, string> =
		retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
	return envelope(1003, { status: 429, headers });
}

/** A job as a client knows it. */
export function aJob(more: Partial<VideoJob> = {}): VideoJob {
	return {
		uuid: UUID,
		status: 'pending',
		videoUrl: null,
		progress: null,
		estimatedTime: null,
		failureReason: null,
		rawFields: {},
		...more,
	};
}

/** What a job in the making says of its end. */
export interface Telling {
	/** @param leftSeconds - the truth @returns what the API says, undefined for nothing */
	estimatedTime?(leftSeconds: number): Json | undefined;
	/** @param percent - the truth */
	progress?(percent: number): Json | undefined;
}

export interface SimulatedJob extends Telling {
	/** How long the video takes, milliseconds from now; Infinity for ever. */
	durationMs: number;
	endsAs?: 'completed' | 'failed';
	/** What `data` holds of a job that failed. */
	reason?: JsonObject;
}

/** What comes instead of the job's own answer: of the first look, the second and so on. */
export type Fault = HttpResponse | NetworkError | 'hangs';

/** One video being made, as far as a client can see it, and a record of how it was looked at. */
export class SimulatedApi {
	/** When each look was answered or given up, milliseconds from the beginning. */
	readonly looks: number[] = [];
	readonly requests: HttpRequest[] = [];
	/** Looks that were under way at the same time, at most. */
	mostAtOnce = 0;
	readonly client: VeoClient;
	private atOnce = 0;
	private readonly bornMs: number;

	/**
	 * @param latencyMs - how long each answer takes
	 * @param faults - in place of the job's answers, in turn; undefined lets the job answer
	 */
	constructor(
		private readonly clock: VirtualClock,
		private readonly job: SimulatedJob,
		private readonly latencyMs = 0,
		private readonly faults: (look: number) => Fault | undefined = () => undefined,
	) {
		this.bornMs = clock.now();
		this.client = new VeoClient(this.send, clock.now);
	}

	/** When the job ends, on the clock. */
	get endMs(): number {
		return this.bornMs + this.job.durationMs;
	}

	/** `data` of the job as it is now. */
	data(): JsonObject {
		const { durationMs, endsAs = 'completed', reason = {} } = this.job;
		const agedMs = this.clock.now() - this.bornMs;
		if (agedMs >= durationMs) {
			return endsAs === 'completed'
				? { uuid: UUID, status: endsAs, videoUrl: VIDEO_URL, progress: 100 }
				: { uuid: UUID, status: endsAs, ...reason };
		}
		const estimatedTime = this.job.estimatedTime?.((durationMs - agedMs) / 1000);
		const progress = this.job.progress?.((agedMs / durationMs) * 100);
		return {
			uuid: UUID,
			status: 'processing',
			...(estimatedTime !== undefined && { estimatedTime }),
			...(progress !== undefined && { progress }),
		};
	}

	private readonly send: Send = async (request) => {
		const fault = this.faults(this.requests.length);
		this.requests.push(request);
		this.looks.push(this.clock.now() - this.bornMs);
		this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
		const hangs = fault === 'hangs';
		await this.clock.sleep(hangs ? request.timeoutMs : this.latencyMs);
		this.atOnce--;
		if (hangs) return { kind: 'timeout', detail: 'No answer' };
		return fault ?? envelope(0, { data: this.data() });
	};
}
