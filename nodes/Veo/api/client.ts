import { readEnvelope } from './response';
import { failed, type Answer } from './errors';
import type { HttpRequest, Send } from './http';
import { multipartBody, type FilePart } from './multipart';
import { parseJob, parseUpload } from './parse';
import type { GenerateRequest, JsonObject, UploadedImage, VideoJob } from './types';

/**
 * How long one call may take. A look is short, so that a hung connection costs little; a submit
 * long, since giving up on it leaves open whether a video was paid for.
 */
export const LOOK_TIMEOUT_MS = 20_000;
export const SUBMIT_TIMEOUT_MS = 120_000;
const UPLOAD_BASE_TIMEOUT_MS = 60_000;
/** The slowest upstream that an upload is given time for. */
const UPLOAD_MIN_BYTES_PER_MS = 50;

/** The Veo API as typed calls, each sent exactly once: repeating is for retry.ts and jobs/. */
export class VeoClient {
	/**
	 * @param send - sends a request, signed, to the configured base URL
	 * @param now - epoch milliseconds, to read Retry-After dates
	 */
	constructor(
		private readonly send: Send,
		private readonly now: () => number,
	) {}

	/** POST /generate-video: costs credits whenever it is accepted. */
	async submit(request: GenerateRequest): Promise<Answer<VideoJob>> {
		return await this.call(
			{
				method: 'POST',
				path: '/generate-video',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(request),
				timeoutMs: SUBMIT_TIMEOUT_MS,
			},
			(data) => parseJob(data),
			'The answer has no uuid',
		);
	}

	/**
	 * GET /video-status/{uuid}: free.
	 * @param timeoutMs - less than LOOK_TIMEOUT_MS where a deadline is near
	 */
	async look(uuid: string, timeoutMs = LOOK_TIMEOUT_MS): Promise<Answer<VideoJob>> {
		return await this.call(
			{
				method: 'GET',
				path: `/video-status/${encodeURIComponent(uuid)}`,
				timeoutMs: Math.min(timeoutMs, LOOK_TIMEOUT_MS),
			},
			(data, msg) => parseJob(data, uuid, msg),
			'The answer has no uuid',
		);
	}

	/** POST /upload-video-image: free. @throws what opening the file throws */
	async upload(file: FilePart): Promise<Answer<UploadedImage>> {
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
				'The answer has no imageUrl',
			);
		} finally {
			close();
		}
	}

	private async call<T>(
		request: HttpRequest,
		parse: (data: JsonObject, msg: string) => T | undefined,
		lack: string,
	): Promise<Answer<T>> {
		const answer = await this.send(request);
		if ('fault' in answer) return failed({ kind: answer.fault, detail: answer.detail });
		const envelope = readEnvelope(answer, this.now());
		if (!envelope.ok) return envelope;
		const data = parse(envelope.data, envelope.msg);
		return data === undefined
			? failed({ kind: 'malformed', code: 0, httpStatus: answer.status, detail: lack })
			: { ok: true, data };
	}
}
