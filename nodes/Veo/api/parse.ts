import type { JobStatus, Json, JsonObject, UploadedImage, VideoJob } from './types';

const STATUSES: readonly string[] = ['pending', 'processing', 'completed', 'failed'];
const REASON_FIELDS = ['errorMessage', 'error', 'message', 'failReason'];

function isStatus(value: string): value is JobStatus {
	return STATUSES.includes(value);
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

/** The ID of a job; some gateways rewrite numeric strings to numbers. @returns '' if absent */
export function parseId(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function parseText(value: Json | undefined): string | null {
	if (typeof value === 'string' && value.trim() !== '') return value.trim();
	return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
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
	const {
		uuid: rawUuid,
		status: rawStatus,
		videoUrl,
		progress,
		estimatedTime,
		...rawFields
	} = data;
	const id = uuid ?? parseId(rawUuid);
	if (!id) return undefined;
	const statusText = typeof rawStatus === 'string' ? rawStatus.trim().toLowerCase() : '';
	const knownStatus = isStatus(statusText) ? statusText : 'processing';
	const status = knownStatus === 'completed' && !isHttpUrl(videoUrl) ? 'processing' : knownStatus;
	const percent = parseNumber(progress);
	const secondsLeft = parseNumber(estimatedTime);
	return {
		uuid: id,
		status,
		videoUrl: status === 'completed' && isHttpUrl(videoUrl) ? videoUrl : null,
		progress: percent === null ? null : Math.min(Math.max(percent, 0), 100),
		estimatedTime: secondsLeft !== null && secondsLeft >= 0 ? secondsLeft : null,
		failureReason: status === 'failed' ? parseReason(data, msg) : null,
		rawFields,
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

function parseReason(data: JsonObject, msg: string): string | null {
	for (const field of REASON_FIELDS) {
		const reason = parseText(data[field]);
		if (reason !== null) return reason;
	}
	return NO_REASON.test(msg.trim()) ? null : msg.trim();
}

/** @returns undefined if the response lacks the image's URL, without which an upload is useless */
export function parseUpload(data: JsonObject): UploadedImage | undefined {
	const { imageUrl, imageKey, ...rawFields } = data;
	if (!isHttpUrl(imageUrl)) return undefined;
	return { imageUrl, imageKey: typeof imageKey === 'string' ? imageKey : '', rawFields };
}
