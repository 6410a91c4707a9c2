import type { HttpResponse, HttpRequest, NetworkError, Send } from '../../../nodes/Veo/api/http';
import { isJsonObject, parseJson, type JsonObject } from '../../../nodes/Veo/api/types';
import type { VirtualClock } from '../../unit/support/virtualClock';
import type { Mishap, Script } from './script';

/** A job as the server knows it. */
export interface ServerJob {
	uuid: string;
	item: number;
	bornMs: number;
	endMs: number;
	fails: boolean;
	/** Whether the client was ever told of its id. */
	told: boolean;
	/** Whether the client was told that it failed. */
	toldFailed: boolean;
}

/** One request as the server saw it; times are epoch milliseconds on the virtual clock. */
export interface Seen {
	endpoint: 'submit' | 'look' | 'upload';
	uuid?: string;
	sentMs: number;
	/** When the client had its answer, or gave up. */
	answeredMs: number;
	attempt: number;
	/** Whether the run had been stopped by then, by the user or for an item that failed. */
	afterStop: boolean;
}

const OK = { 'content-type': 'application/json' };

/** A Veo API in virtual time, to which a script's mishaps happen. It keeps the truth. */
export class ChaosApi {
	readonly jobs: ServerJob[] = [];
	readonly seen: Seen[] = [];
	/** Which run of the node is under way, for the record. */
	attempt = 0;
	/** Whether this run of the node has been stopped. */
	isCanceled: () => boolean = () => false;
	private readonly faults: Array<Mishap | null>;

	/** @param cut - aborted when n8n cancels: requests under way are cut then, accepted or not */
	constructor(
		private readonly script: Script,
		private readonly clock: VirtualClock,
		private readonly random: () => number,
		private readonly cut: AbortSignal,
	) {
		this.faults = [...script.faults];
	}

	readonly send: Send = async (request) => {
		// n8n's client does not even connect then
		if (this.cut.aborted) return { kind: 'stopped', detail: 'cut' };
		const seen = this.record(request);
		const { timeoutMs } = request;
		const fault = this.faults.shift() ?? null;
		const delayMs = this.script.latencyMs + (fault?.kind === 'slow' ? fault.ms : 0);
		const hangs = fault?.kind === 'hang' || delayMs > timeoutMs;
		// the server acts half way, so that a request can be cut before and after
		const halfMs = Math.min(delayMs, timeoutMs) / 2;
		await this.clock.sleep(halfMs, this.cut);
		if (this.cut.aborted) return this.stopped(seen);
		const answer = this.answer(seen, request, fault);
		await this.clock.sleep(hangs ? timeoutMs - halfMs : halfMs, this.cut);
		if (this.cut.aborted) return this.stopped(seen);
		seen.answeredMs = this.clock.now();
		if (hangs) return { kind: 'timeout', detail: 'hung' };
		return this.tell(answer);
	};

	private record({ path, method }: HttpRequest): Seen {
		const uuid = /^\/video-status\/(.*)$/.exec(path)?.[1];
		const endpoint = method === 'GET' ? 'look' : path === '/generate-video' ? 'submit' : 'upload';
		const sentMs = this.clock.now();
		const { attempt } = this;
		const afterStop = this.isCanceled();
		const seen: Seen = { endpoint, sentMs, answeredMs: Infinity, attempt, afterStop };
		if (uuid !== undefined) seen.uuid = uuid;
		this.seen.push(seen);
		return seen;
	}

	private stopped(seen: Seen): NetworkError {
		seen.answeredMs = this.clock.now();
		return { kind: 'stopped', detail: 'cut' };
	}

	private answer(
		seen: Seen,
		request: HttpRequest,
		fault: Mishap | null,
	): HttpResponse | NetworkError {
		if (fault === null || fault.kind === 'slow') return this.act(seen, request);
		if ('accepted' in fault && fault.accepted && canHaveAccepted(fault)) {
			this.act(seen, request);
		}
		switch (fault.kind) {
			case 'envelope': {
				const { httpStatus: status, code, retryAfter } = fault;
				const data = code === 1001 ? { required: 2, current: 1 } : {};
				return answer(status, JSON.stringify({ code, msg: 'no', data }), retryAfter);
			}
			case 'gateway':
				return answer(fault.httpStatus, '<html>no</html>', fault.retryAfter);
			case 'text':
				return answer(200, fault.body);
			case 'hang':
				return { kind: 'timeout', detail: '' };
			default:
				return { kind: fault.kind, detail: '' };
		}
	}

	private act({ endpoint, uuid }: Seen, { body }: HttpRequest): HttpResponse {
		if (endpoint === 'upload') {
			return success({ imageUrl: 'https://images.example.com/1', imageKey: 'k' });
		}
		if (endpoint === 'submit') return success(this.create(String(body)));
		const job = this.jobs.find((candidate) => candidate.uuid === uuid);
		return job ? success(this.state(job)) : answer(404, '{"code":1000,"msg":"unknown"}');
	}

	private create(body: string): JsonObject {
		const request = parseJson(body);
		const prompt = isJsonObject(request) ? String(request.prompt) : '';
		const item = Number(prompt.replace('item ', ''));
		const { durationsMs = [0], fails = [false] } = this.script.items[item] ?? {};
		const nth = this.jobs.filter((job) => job.item === item).length;
		const bornMs = this.clock.now();
		const job: ServerJob = {
			uuid: `job-${this.jobs.length}`,
			item,
			bornMs,
			endMs: bornMs + (durationsMs[nth] ?? durationsMs.at(-1) ?? 0),
			fails: fails[nth] ?? false,
			told: false,
			toldFailed: false,
		};
		this.jobs.push(job);
		return { uuid: job.uuid, status: 'pending', prompt };
	}

	private state({ uuid, item, bornMs, endMs, fails }: ServerJob): JsonObject {
		const remainingMs = endMs - this.clock.now();
		if (remainingMs <= 0) {
			return fails
				? { uuid, status: 'failed', errorMessage: 'no' }
				: { uuid, status: 'completed', videoUrl: `https://v.example.com/${uuid}.mp4` };
		}
		const left = remainingMs / 1000;
		const progress = (100 * (this.clock.now() - bornMs)) / (endMs - bornMs);
		const estimates = this.script.items[item]?.estimates ?? 'none';
		const told: Record<typeof estimates, JsonObject> = {
			truthful: { estimatedTime: Math.ceil(left), progress },
			none: {},
			long: { estimatedTime: left * 3 },
			short: { estimatedTime: left / 3 },
			frozen: { estimatedTime: 60, progress: 10 },
			jumping: { estimatedTime: String(this.random() * 300), progress: this.random() * 100 },
		};
		return { uuid, status: 'processing', ...told[estimates] };
	}

	/** Notes what the client is told of a job by an answer that reaches it. */
	private tell(sent: HttpResponse | NetworkError): HttpResponse | NetworkError {
		if ('fault' in sent) return sent;
		const body = parseJson(sent.text);
		const data = isJsonObject(body) && isJsonObject(body.data) ? body.data : {};
		const job = this.jobs.find(({ uuid }) => uuid === data.uuid);
		if (job) {
			job.told = true;
			job.toldFailed ||= data.status === 'failed';
		}
		return sent;
	}
}

/** What stands in front of the API and turns a request away does not pass it on. */
function canHaveAccepted(fault: Mishap): boolean {
	if (fault.kind !== 'gateway') return true;
	return fault.httpStatus >= 500 || fault.httpStatus === 408;
}

function success(data: JsonObject): HttpResponse {
	return { status: 200, headers: OK, text: JSON.stringify({ code: 0, msg: 'ok', data }) };
}

function answer(status: number, text: string, retryAfter?: string): HttpResponse {
	return { status, headers: retryAfter === undefined ? OK : { 'retry-after': retryAfter }, text };
}
