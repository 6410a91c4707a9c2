import type { HttpRequest, HttpResponse, NetworkError, Send } from '../../../nodes/Veo/api/http';
import { isJsonObject, parseJson, type JsonObject } from '../../../nodes/Veo/api/types';
import type { VirtualClock } from '../../unit/support/virtualClock';
import type { Fault, Scenario } from './scenario';

/** A job on the server. */
export interface ServerJob {
	uuid: string;
	item: number;
	/** The run of the node that submitted it, from 1. */
	attempt: number;
	createdMs: number;
	endMs: number;
	fails: boolean;
	/** Whether a response with its ID reached the client. */
	isIdKnown: boolean;
	/** Whether a response with the status `failed` reached the client. */
	isFailureKnown: boolean;
}

/** A request that the server received; times are those of the virtual clock's now(). */
export interface RequestRecord {
	endpoint: 'submit' | 'status' | 'upload';
	uuid?: string;
	sentMs: number;
	/** When the client received the response, or gave up. */
	settledMs: number;
	/** The run of the node that sent it, from 1. */
	attempt: number;
	/** Longest time until the response or the timeout, without a stall. */
	limitMs: number;
	/** Whether the response said that the rate limit is exceeded. */
	isThrottled: boolean;
	/** Whether the run was already canceled, by the user or after the failure of another item. */
	isAfterCancel: boolean;
}

const HEADERS = { 'content-type': 'application/json' };
const CANCELED: NetworkError = { kind: 'canceled', detail: 'aborted' };

/** A Veo API in virtual time with the faults of a scenario. It records jobs and requests. */
export class ChaosApi {
	readonly jobs: ServerJob[] = [];
	readonly requests: RequestRecord[] = [];
	/** The current run of the node, from 1. */
	attempt = 0;
	/** Whether the current run is canceled. */
	isCanceled: () => boolean = () => false;
	private readonly faults: Array<Fault | null>;
	/** When the latest requests were processed. */
	private readonly processedMs: number[] = [];

	/** @param cancelSignal - aborts requests in flight when n8n cancels, accepted or not */
	constructor(
		private readonly scenario: Scenario,
		private readonly clock: VirtualClock,
		private readonly random: () => number,
		private readonly cancelSignal: AbortSignal,
	) {
		this.faults = [...scenario.faults];
	}

	readonly send: Send = async (request) => {
		// n8n's client does not connect after the cancellation
		if (this.cancelSignal.aborted) return CANCELED;
		const record = this.record(request);
		const { timeoutMs } = request;
		const fault = this.faults.shift() ?? null;
		const delayMs = this.scenario.latencyMs + (fault?.kind === 'slow' ? fault.ms : 0);
		const hangs = fault?.kind === 'hang' || delayMs > timeoutMs;
		// the server acts in the middle, so that a cancellation can come before or after
		const halfMs = Math.min(delayMs, timeoutMs) / 2;
		await this.clock.sleep(halfMs, this.cancelSignal);
		if (this.cancelSignal.aborted) return this.canceled(record);
		// the server isn't stalled with the client
		const response = this.respond(record, request, fault, record.sentMs + halfMs);
		record.isThrottled = 'status' in response && isThrottling(response);
		await this.clock.sleep(hangs ? timeoutMs - halfMs : halfMs, this.cancelSignal);
		if (this.cancelSignal.aborted) return this.canceled(record);
		record.settledMs = this.clock.now();
		if (hangs) return { kind: 'timeout', detail: 'no response' };
		this.recordDelivery(response);
		return response;
	};

	private record({ path, method, timeoutMs }: HttpRequest): RequestRecord {
		const uuid = /^\/video-status\/(.*)$/.exec(path)?.[1];
		const postEndpoint = path === '/generate-video' ? 'submit' : 'upload';
		const record: RequestRecord = {
			endpoint: method === 'GET' ? 'status' : postEndpoint,
			sentMs: this.clock.now(),
			settledMs: Infinity,
			limitMs: timeoutMs,
			isThrottled: false,
			attempt: this.attempt,
			isAfterCancel: this.isCanceled(),
			...(uuid !== undefined && { uuid }),
		};
		this.requests.push(record);
		return record;
	}

	private canceled(record: RequestRecord): NetworkError {
		record.settledMs = this.clock.now();
		return CANCELED;
	}

	private respond(
		record: RequestRecord,
		request: HttpRequest,
		fault: Fault | null,
		atMs: number,
	): HttpResponse | NetworkError {
		if (fault === null || fault.kind === 'slow') return this.limited(record, request, atMs);
		if ('accepted' in fault && fault.accepted && canBeAccepted(fault)) {
			this.process(record, request, atMs);
		}
		switch (fault.kind) {
			case 'envelope': {
				const { httpStatus, code, retryAfter } = fault;
				const data = code === 1001 ? { required: 2, current: 1 } : {};
				return response(httpStatus, JSON.stringify({ code, msg: 'no', data }), retryAfter);
			}
			case 'gateway':
				return response(fault.httpStatus, '<html>no</html>', fault.retryAfter);
			case 'text':
				return response(200, fault.body);
			case 'hang':
				return { kind: 'timeout', detail: '' };
			default:
				return { kind: fault.kind, detail: '' };
		}
	}

	/** Processes a request unless it exceeds the rate limit. */
	private limited(record: RequestRecord, request: HttpRequest, atMs: number): HttpResponse {
		const { maxRequestsPerSecond } = this.scenario;
		const latest = this.processedMs.filter((ms) => ms > atMs - 1_000);
		if (latest.length >= (maxRequestsPerSecond ?? Infinity)) {
			return response(429, '{"code":1003,"msg":"too many requests"}');
		}
		this.processedMs.push(atMs);
		return this.process(record, request, atMs);
	}

	private process(
		{ endpoint, uuid }: RequestRecord,
		{ body }: HttpRequest,
		atMs: number,
	): HttpResponse {
		if (endpoint === 'upload') {
			return success({ imageUrl: 'https://images.example.com/1', imageKey: 'k' });
		}
		if (endpoint === 'submit') return success(this.createJob(String(body), atMs));
		const job = this.jobs.find((candidate) => candidate.uuid === uuid);
		return job ? success(this.stateOf(job, atMs)) : response(404, '{"code":1000,"msg":"unknown"}');
	}

	private createJob(body: string, createdMs: number): JsonObject {
		const request = parseJson(body);
		const prompt = isJsonObject(request) ? String(request.prompt) : '';
		const item = Number(prompt.replace('item ', ''));
		const { durationsMs = [0], fails = [false] } = this.scenario.items[item] ?? {};
		const index = this.jobs.filter((job) => job.item === item).length;
		const job: ServerJob = {
			uuid: `job-${this.jobs.length}`,
			item,
			attempt: this.attempt,
			createdMs,
			endMs: createdMs + (durationsMs[index] ?? durationsMs.at(-1) ?? 0),
			fails: fails[index] ?? false,
			isIdKnown: false,
			isFailureKnown: false,
		};
		this.jobs.push(job);
		return { uuid: job.uuid, status: 'pending', prompt };
	}

	private stateOf({ uuid, item, createdMs, endMs, fails }: ServerJob, atMs: number): JsonObject {
		const remainingMs = endMs - atMs;
		if (remainingMs <= 0) {
			return fails
				? { uuid, status: 'failed', errorMessage: 'no' }
				: { uuid, status: 'completed', videoUrl: `https://v.example.com/${uuid}.mp4` };
		}
		const seconds = remainingMs / 1000;
		const progress = (100 * (atMs - createdMs)) / (endMs - createdMs);
		const estimates = this.scenario.items[item]?.estimates ?? 'none';
		const fields: Record<typeof estimates, () => JsonObject> = {
			accurate: () => ({ estimatedTime: Math.ceil(seconds), progress }),
			none: () => ({}),
			long: () => ({ estimatedTime: seconds * 3 }),
			short: () => ({ estimatedTime: seconds / 3 }),
			frozen: () => ({ estimatedTime: 60, progress: 10 }),
			random: () => ({
				estimatedTime: String(this.random() * 300),
				progress: this.random() * 100,
			}),
		};
		return { uuid, status: 'processing', ...fields[estimates]() };
	}

	/** Records what the client learns about a job from a response that reaches it. */
	private recordDelivery(delivered: HttpResponse | NetworkError): void {
		if ('kind' in delivered) return;
		const body = parseJson(delivered.text);
		const data = isJsonObject(body) && isJsonObject(body.data) ? body.data : {};
		const job = this.jobs.find(({ uuid }) => uuid === data.uuid);
		if (!job) return;
		job.isIdKnown = true;
		job.isFailureKnown ||= data.status === 'failed';
	}
}

function isThrottling({ status, text }: HttpResponse): boolean {
	return status === 429 || text.includes('"code":1003');
}

/** A gateway that rejects a request does not forward it. */
function canBeAccepted(fault: Fault): boolean {
	if (fault.kind !== 'gateway') return true;
	return fault.httpStatus >= 500 || fault.httpStatus === 408;
}

function success(data: JsonObject): HttpResponse {
	return response(200, JSON.stringify({ code: 0, msg: 'ok', data }));
}

function response(status: number, text: string, retryAfter?: string): HttpResponse {
	const headers = retryAfter === undefined ? HEADERS : { 'retry-after': retryAfter };
	return { status, headers, text };
}
