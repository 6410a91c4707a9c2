import { err, ok } from '../result';
import type { ApiResult } from './errors';
import type { HttpRequest, Send } from './http';
import { multipartBody, type FilePart } from './multipart';
import { parseJob, parseUpload } from './parse';
import { parseResponse } from './response';
import type { GenerateRequest, JsonObject, UploadedImage, VideoJob } from './types';

/**
 * Timeouts per call. A status check is short, so that a hung connection costs little; a submission is
 * long, since after a timeout it is unknown whether the request was accepted and charged.
 */
export const STATUS_TIMEOUT_MS = 20_000;
export const SUBMIT_TIMEOUT_MS = 120_000;
const UPLOAD_BASE_TIMEOUT_MS = 60_000;
/** The slowest upload speed that the timeout allows. */
const UPLOAD_MIN_BYTES_PER_MS = 50;

/** The Veo API as typed calls, each sent exactly once: retries are up to retry/ and jobs/. */
export class VeoClient {
	/**
	 * @param send - sends a signed request to the configured base URL
	 * @param now - epoch milliseconds, for Retry-After dates
	 */
	constructor(
		private readonly send: Send,
		private readonly now: () => number,
	) {}

	/** POST /generate-video: costs credits whenever it is accepted. */
	async submit(request: GenerateRequest): Promise<ApiResult<VideoJob>> {
		return await this.call(
			{
				method: 'POST',
				path: '/generate-video',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(request),
				timeoutMs: SUBMIT_TIMEOUT_MS,
			},
			(data) => parseJob(data),
			'The response has no uuid',
		);
	}

	/**
	 * GET /video-status/{uuid}: free.
	 * @param timeoutMs - less than STATUS_TIMEOUT_MS if a deadline is near
	 */
	async getVideoStatus(uuid: string, timeoutMs = STATUS_TIMEOUT_MS): Promise<ApiResult<VideoJob>> {
		return await this.call(
			{
				method: 'GET',
				path: `/video-status/${encodeURIComponent(uuid)}`,
				timeoutMs: Math.min(timeoutMs, STATUS_TIMEOUT_MS),
			},
			(data, msg) => parseJob(data, uuid, msg),
			'The response has no uuid',
		);
	}

	/** POST /upload-video-image: free. @throws what opening the file throws */
	async upload(file: FilePart): Promise<ApiResult<UploadedImage>> {
		const { headers, body, close } = await multipartBody(file);
		try {
			return await this.call(
				{
					method: 'POST',
					path: '/upload-video-image',
					headers,
					body,
					timeoutMs: UPLOAD_BASE_TIMEOUT_MS + file.size / UPLOAD_MIN_BYTES_PER_MS,
				},
				parseUpload,
				'The response has no imageUrl',
			);
		} finally {
			close();
		}
	}

	private async call<T>(
		request: HttpRequest,
		parse: (data: JsonObject, msg: string) => T | undefined,
		missingFieldMessage: string,
	): Promise<ApiResult<T>> {
		const response = await this.send(request);
		if ('kind' in response) return err(response);
		const parsed = parseResponse(response, this.now());
		if (!parsed.ok) return parsed;
		const { data, msg } = parsed.value;
		const value = parse(data, msg);
		return value === undefined
			? err({
					kind: 'malformed',
					code: 0,
					httpStatus: response.status,
					detail: missingFieldMessage,
				})
			: ok(value);
	}
}
