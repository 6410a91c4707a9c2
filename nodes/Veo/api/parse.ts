import type { JobStatus, Json, JsonObject, UploadedImage, VideoJob } from './types';

const STATUSES: readonly string[] = ['pending', 'processing', 'completed', 'failed'];
const REASON_FIELDS = ['errorMessage', 'error', 'message', 'failReason'];

function isStatus(value: string): value is JobStatus {
	return STATUSES.includes(value);
}

/** A number, also where the API sends it as text ("42", "42%"); null where it is none. */
function numberOf(value: Json | undefined): number | null {
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

/** The id of a job; some gateways rewrite what looks like a number. */
export function idOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function textOf(value: Json | undefined): string | null {
	if (typeof value === 'string' && value.trim() !== '') return value.trim();
	return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
}

/**
 * Reads `data` of a job, believing only its status (veo-api.md, last section): an unknown status
 * is still running, `completed` without a usable URL is not finished, numbers may be strings.
 * @param data - the envelope's `data`
 * @param uuid - the job's id where the caller knows it; else it must be in `data`
 * @param msg - the envelope's message, the last place to look for the reason of a failed job
 * @returns the job, or undefined where no id is known
 */
export function parseJob(data: JsonObject, uuid?: string, msg = ''): VideoJob | undefined {
	const { uuid: sentUuid, status: sentStatus, videoUrl, progress, estimatedTime, ...extra } = data;
	const id = uuid ?? idOf(sentUuid);
	if (!id) return undefined;
	const said = typeof sentStatus === 'string' ? sentStatus.trim().toLowerCase() : '';
	const known = isStatus(said) ? said : 'processing';
	const status = known === 'completed' && !isHttpUrl(videoUrl) ? 'processing' : known;
	const percent = numberOf(progress);
	const secondsLeft = numberOf(estimatedTime);
	return {
		uuid: id,
		status,
		videoUrl: status === 'completed' && isHttpUrl(videoUrl) ? videoUrl : null,
		progress: percent === null ? null : Math.min(Math.max(percent, 0), 100),
		estimatedTime: secondsLeft !== null && secondsLeft >= 0 ? secondsLeft : null,
		failureReason: status === 'failed' ? reasonOf(data, msg) : null,
		extra,
	};
}

/** A job of which only the id is known. */
export function unseenJob(uuid: string): VideoJob {
	return {
		uuid,
		status: 'processing',
		videoUrl: null,
		progress: null,
		estimatedTime: null,
		failureReason: null,
		extra: {},
	};
}

/** What an envelope says of itself, not of the job. */
const NO_REASON = /^(ok|success\w*)?[.!]?$/i;

function reasonOf(data: JsonObject, msg: string): string | null {
	for (const field of REASON_FIELDS) {
		const reason = textOf(data[field]);
		if (reason !== null) return reason;
	}
	return NO_REASON.test(msg.trim()) ? null : msg.trim();
}

/** @returns undefined where the answer lacks the image's URL, without which an upload is useless */
export function parseUpload(data: JsonObject): UploadedImage | undefined {
	const { imageUrl, imageKey, ...extra } = data;
	if (!isHttpUrl(imageUrl)) return undefined;
	return { imageUrl, imageKey: typeof imageKey === 'string' ? imageKey : '', extra };
}
