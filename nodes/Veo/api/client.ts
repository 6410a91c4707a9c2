import { err, ok } from '../result';
import type { ApiResult, VeoError } from './errors';
import type { HttpRequest, Send } from './http';
import { multipartBody, type FilePart } from './multipart';
import { findId, findIdInStart, parseId, parseJob, parseUpload } from './parse';
import { parseResponse, toSingleLine } from './response';
import {
	isJsonObject,
	parseResponseJson,
	type GenerateRequest,
	type Json,
	type JsonObject,
	type UploadedImage,
	type VideoJob,
} from './types';
import { normalizeVideoId } from './videoId';

/**
 * Timeouts per call. A status check is short, so that a hung connection costs little; a submission is
 * long, since after a timeout it is unknown whether the request was accepted and charged.
 */
export const STATUS_TIMEOUT_MS = 20_000;
export const SUBMIT_TIMEOUT_MS = 120_000;
const UPLOAD_BASE_TIMEOUT_MS = 60_000;
/** The slowest upload speed that the timeout allows. */
const UPLOAD_MIN_BYTES_PER_MS = 50;
/** How many fields of an error's data are kept. */
const MAX_DATA_FIELDS = 20;

/** The Veo API as typed calls, each sent exactly once: retries are up to retry/ and jobs/. */
export class VeoClient {
	/**
	 * @param send - sends a signed request to the configured base URL
	 * @param now - epoch milliseconds, for Retry-After dates
	 * @param redact - masks the key in what errors quote; never applied to data
	 */
	constructor(
		private readonly send: Send,
		private readonly now: () => number,
		private readonly redact: (text: string) => string = (text) => text,
	) {}

	/**
	 * POST /generate-video: costs credits whenever it is accepted. An error contains the ID of a job that
	 * the response mentions.
	 */
	async submit(request: GenerateRequest): Promise<ApiResult<VideoJob>> {
		return await this.call(
			{
				method: 'POST',
				path: '/generate-video',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(request),
				timeoutMs: SUBMIT_TIMEOUT_MS,
			},
			(data) => parseJob(data) ?? 'The response has no usable uuid',
			(error, text) => {
				const body = parseResponseJson(text);
				// a rejection has other IDs too, such as that of the request
				const isRejection =
					error.code !== undefined && error.code > 0 && error.kind !== 'unknownCode';
				const uuid =
					body === undefined
						? findIdInStart(text)
						: findId(body, isRejection ? ['uuid'] : undefined);
				return uuid === undefined ? error : { ...error, uuid };
			},
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
			(data, msg) => {
				const sentId = parseId(data.uuid);
				return sentId !== '' && normalizeVideoId(sentId) !== normalizeVideoId(uuid)
					? `The response is about another video: ${sentId}`
					: (parseJob(data, uuid, msg) ?? 'The response has no usable uuid');
			},
		);
	}

	/** POST /upload-video-image: free. @throws what opening the file throws, or FileChanged */
	async upload(file: FilePart): Promise<ApiResult<UploadedImage>> {
		const { headers, body, close, checkSize } = await multipartBody(file);
		try {
			const result = await this.call(
				{
					method: 'POST',
					path: '/upload-video-image',
					headers,
					body,
					timeoutMs: UPLOAD_BASE_TIMEOUT_MS + file.size / UPLOAD_MIN_BYTES_PER_MS,
				},
				(data) => parseUpload(data) ?? 'The response has no imageUrl',
			);
			if (!result.ok) checkSize();
			return result;
		} finally {
			close();
		}
	}

	/**
	 * @param parse - returns the value, or why the response has none
	 * @param complete - adds to an error what the text of the response contains, or its start
	 */
	private async call<T extends object>(
		request: HttpRequest,
		parse: (data: JsonObject, msg: string) => T | string,
		complete: (error: VeoError, text: string) => VeoError = (error) => error,
	): Promise<ApiResult<T>> {
		const response = await this.send(request);
		if ('kind' in response) {
			const { received = '', ...error } = response;
			return err(this.redacted(complete(error, received)));
		}
		const parsed = parseResponse(response, this.now());
		if (!parsed.ok) return err(this.redacted(complete(parsed.error, response.text)));
		const value = parse(parsed.value.data, parsed.value.msg);
		if (typeof value !== 'string') return ok(value);
		const { status: httpStatus } = response;
		const error: VeoError = { kind: 'malformed', code: 0, httpStatus, detail: value };
		return err(this.redacted(complete(error, response.text)));
	}

	private redacted(error: VeoError): VeoError {
		return {
			...error,
			// redacted before it is shortened, so that no part of the key is left at the cut
			detail: toSingleLine(this.redact(error.detail)),
			...(error.data && { data: this.redactedData(error.data) }),
		};
	}

	/** The first level of an error's data: what credits are needed, and the like. */
	private redactedData(data: JsonObject): JsonObject {
		const redactValue = (value: Json): Json => {
			if (typeof value === 'string') return toSingleLine(this.redact(value));
			return isJsonObject(value) || Array.isArray(value) ? '[…]' : value;
		};
		const entries = Object.entries(data).slice(0, MAX_DATA_FIELDS);
		return Object.fromEntries(entries.map(([key, value]) => [key, redactValue(value)]));
	}
}
