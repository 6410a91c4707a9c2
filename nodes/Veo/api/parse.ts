import {
	isJsonObject,
	type JobStatus,
	type Json,
	type JsonObject,
	type UploadedImage,
	type VideoJob,
} from './types';
import { isUuid, videoIdProblem } from './videoId';

const STATUSES: readonly JobStatus[] = ['pending', 'processing', 'completed', 'failed'];
const REASON_FIELDS = ['errorMessage', 'error', 'message', 'failReason'];

function parseStatus(text: string): JobStatus | undefined {
	return STATUSES.find((status) => status === text.toLowerCase());
}

/** A number, even if the API sends it as text ("42", "42%"); null otherwise. */
function parseNumber(value: Json | undefined): number | null {
	const number = typeof value === 'string' ? Number.parseFloat(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Whether a value is an absolute http(s) URL. */
export function isHttpUrl(value: unknown): value is string {
	if (typeof value !== 'string') return false;
	try {
		return ['http:', 'https:'].includes(new URL(value).protocol);
	} catch {
		return false;
	}
}

/**
 * The ID of a job; some gateways rewrite numeric strings to numbers, or values to lists of one.
 * @returns '' if absent
 */
export function parseId(value: unknown): string {
	const single: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
	return typeof single === 'string' || typeof single === 'number' ? String(single).trim() : '';
}

/** Field names under which other APIs send the ID of a job. Not `requestId`: refusals have one too. */
const ID_FIELDS = ['uuid', 'id', 'videoId', 'video_id', 'taskId', 'task_id', 'jobId', 'job_id'];

/**
 * The ID in a response that isn't a job by the contract, so that it can be reported.
 * @param fields - names to search for
 * @returns undefined if there is no valid ID
 */
export function findId(body: Json | undefined, fields = ID_FIELDS): string | undefined {
	const data = isJsonObject(body) ? body.data : undefined;
	const candidates = [data, body].flatMap((value) =>
		Array.isArray(value) ? value.slice(0, 1) : value,
	);
	for (const field of fields) {
		for (const candidate of candidates) {
			const id = parseId(isJsonObject(candidate) ? candidate[field] : undefined);
			if (videoIdProblem(id) === undefined) return id;
		}
	}
	return typeof data === 'string' && isUuid(data) ? data : undefined;
}

/** With its closing quote, since the ID may be cut. */
const UUID_FIELD = /"uuid"\s{0,9}:\s{0,9}(?:"([^"\\]{1,512})"|(\d{1,512})[,\s}])/;

/** The uuid in JSON of which only the start was received. @returns undefined if there is no valid ID */
export function findIdInStart(text: string): string | undefined {
	// a web page can contain IDs of anything
	if (!text.trimStart().startsWith('{')) return undefined;
	const [, quoted, digits] = UUID_FIELD.exec(text) ?? [];
	const id = parseId(quoted ?? digits);
	return videoIdProblem(id) === undefined ? id : undefined;
}

function parseText(value: Json | undefined): string | null {
	if (typeof value === 'string' && value.trim() !== '') return value.trim();
	return typeof value === 'object' && value !== null
		? JSON.stringify(limitDepth(value, MAX_REASON_DEPTH))
		: null;
}

/** How deep n8n has to serialize a field of the API; JSON.stringify fails at some thousand levels. */
const MAX_DEPTH = 50;
const MAX_REASON_DEPTH = 5;

function limitDepth(value: Json, depth: number): Json {
	if (typeof value !== 'object' || value === null) return value;
	if (depth === 0) return '[nested too deeply]';
	if (Array.isArray(value)) return value.map((entry) => limitDepth(entry, depth - 1));
	const entries = Object.entries(value).map(([key, entry]) => [key, limitDepth(entry, depth - 1)]);
	return Object.fromEntries(entries);
}

/**
 * Parses `data` of a job, relying on its status alone (docs/api-contract.md, "Undocumented behavior"):
 * an unknown status counts as running, `completed` without a usable URL is not finished, numbers can
 * be strings.
 * @param data - the envelope's `data`
 * @param uuid - the job's ID if the caller knows it; otherwise `data` must contain it
 * @param msg - the envelope's message, the last source for the reason of a failed job
 * @returns the job, or undefined if no ID is known
 */
export function parseJob(data: JsonObject, uuid?: string, msg = ''): VideoJob | undefined {
	const { uuid: rawUuid, status: rawStatus, videoUrl, progress, estimatedTime, ...others } = data;
	const id = uuid ?? parseId(rawUuid);
	if (videoIdProblem(id) !== undefined) return undefined;
	const statusText = typeof rawStatus === 'string' ? rawStatus.trim() : '';
	const knownStatus = parseStatus(statusText);
	const hasUrl = isHttpUrl(videoUrl);
	const status =
		knownStatus === 'completed' && !hasUrl ? 'processing' : (knownStatus ?? 'processing');
	const isUnresolved = statusText !== '' && status !== knownStatus;
	const percent = parseNumber(progress);
	const secondsLeft = parseNumber(estimatedTime);
	return {
		uuid: id,
		status,
		videoUrl: status === 'completed' && hasUrl ? videoUrl : null,
		progress: percent === null ? null : Math.min(Math.max(percent, 0), 100),
		estimatedTime: secondsLeft !== null && secondsLeft >= 0 ? secondsLeft : null,
		failureReason: status === 'failed' ? (parseReason(data) ?? reasonInMessage(msg)) : null,
		...(isUnresolved && { unresolved: { status: statusText, message: parseReason(data) } }),
		rawFields: Object.fromEntries(
			Object.entries(others).map(([key, value]) => [key, limitDepth(value, MAX_DEPTH)]),
		),
	};
}

/** A job of which only the ID is known. */
export function createJob(uuid: string): VideoJob {
	return {
		uuid,
		status: 'processing',
		videoUrl: null,
		progress: null,
		estimatedTime: null,
		failureReason: null,
		rawFields: {},
	};
}

/** A message about the request's success rather than about the job. */
const NO_REASON = /^(ok|success\w*)?[.!]?$/i;

function parseReason(data: JsonObject): string | null {
	for (const field of REASON_FIELDS) {
		const reason = parseText(data[field]);
		if (reason !== null) return reason;
	}
	return null;
}

function reasonInMessage(msg: string): string | null {
	return NO_REASON.test(msg.trim()) ? null : msg.trim();
}

/** @returns undefined if the response lacks the image's URL, without which an upload is useless */
export function parseUpload(data: JsonObject): UploadedImage | undefined {
	const { imageUrl, imageKey, ...rawFields } = data;
	if (!isHttpUrl(imageUrl)) return undefined;
	return { imageUrl, imageKey: typeof imageKey === 'string' ? imageKey : '', rawFields };
}
