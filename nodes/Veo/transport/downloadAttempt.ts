import type {
	BinaryHelperFunctions,
	IBinaryData,
	IN8nHttpFullResponse,
	RequestHelperFunctions,
} from 'n8n-workflow';
import { storageError, type DownloadError } from '../api/downloadErrors';
import { detectVideoType, VIDEO_SIGNATURE_BYTES, type VideoType } from '../api/videoType';
import { err, ok, type Result } from '../result';
import { CANCELED, type CallContext } from '../retry/retry';
import {
	exceedsSizeLimit,
	isIncomplete,
	RESPONSE_TIMEOUT_MS,
	TOO_LARGE,
	watchTimeLimits,
	type DownloadProgress,
} from './downloadLimits';
import { checkDownloadResponse, declaredBytes, notVideo } from './downloadResponse';
import { classifyNetworkError } from './networkErrors';
import { isReadable, readHead, type Readable } from './readable';
import { normalizeHeaders } from './send';

export type DownloadHelpers = Pick<RequestHelperFunctions, 'httpRequest'> &
	Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/** The file to download. */
export interface VideoFile {
	url: string;
	/** Its name in n8n, once the type is known. */
	name(type: VideoType): string;
}

/**
 * One attempt to stream a video into n8n's binary data. The request has no credentials: the video can
 * be on any host, which must not receive the API key.
 */
export class DownloadAttempt implements DownloadProgress {
	isResponding = false;
	isReceived = false;
	bytes = 0;
	/**
	 * Closes the connection. Destroying the stream isn't enough: that of axios 1.18 closes the
	 * connection only when the next byte arrives.
	 */
	private readonly connection = new AbortController();
	/** Aborted when the attempt has ended. */
	private readonly done = new AbortController();
	private body: Readable | undefined;
	/** What n8n's storage reads. */
	private stored: Readable | undefined;
	private fail: (error: DownloadError) => void = () => {};
	/** The first failure outside of n8n's storage. */
	private readonly failed = new Promise<DownloadError>((resolve) => (this.fail = resolve));

	constructor(
		private readonly helpers: DownloadHelpers,
		private readonly file: VideoFile,
	) {}

	/** Ends as soon as the signal is aborted or a limit is violated, even if n8n's storage hangs. */
	async run({ clock, signal }: CallContext): Promise<Result<IBinaryData, DownloadError>> {
		const onCancel = () => this.fail(CANCELED);
		signal.addEventListener('abort', onCancel);
		if (signal.aborted) onCancel();
		void watchTimeLimits(this, clock, this.done.signal).then((error) => error && this.fail(error));
		const result = await Promise.race([
			this.failed.then((error) => err(error)),
			this.receive(clock.wallNow()),
		]);
		signal.removeEventListener('abort', onCancel);
		this.done.abort();
		if (!result.ok) this.connection.abort();
		this.body?.destroy();
		return result;
	}

	/** Whether all bytes were received, or some wait to be read. */
	isStoring(): boolean {
		const { body, stored } = this;
		if (!body || !stored) return this.isReceived;
		return this.isReceived || body.readableLength + stored.readableLength > 0;
	}

	private async receive(nowMs: number): Promise<Result<IBinaryData, DownloadError>> {
		const response: IN8nHttpFullResponse | DownloadError = await this.helpers
			.httpRequest({
				url: this.file.url,
				// some hosts compress anyway
				headers: { 'accept-encoding': 'identity' },
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				timeout: RESPONSE_TIMEOUT_MS,
				abortSignal: this.connection.signal,
			})
			.catch(classifyNetworkError);
		if ('kind' in response) return err(response);
		const { body, statusCode } = response;
		if (!isReadable(body)) {
			return err({ kind: 'malformed', detail: "The response isn't a stream" });
		}
		this.body = body;
		this.observe(body);
		if (this.done.signal.aborted) body.destroy(); // the response was too late
		if (!body.readable) return err({ kind: 'reset', detail: 'The connection was closed' });
		this.isResponding = true;
		const headers = normalizeHeaders(response.headers);
		const error = checkDownloadResponse(statusCode, headers, nowMs);
		if (error) return err(error);
		const head = await readHead(body, VIDEO_SIGNATURE_BYTES).catch(classifyNetworkError);
		return 'kind' in head ? err(head) : await this.store(head, body, headers);
	}

	/** @param head - the first bytes of the body, which must be those of a video */
	private async store(
		head: Buffer,
		body: Readable,
		headers: Record<string, string>,
	): Promise<Result<IBinaryData, DownloadError>> {
		if (head.length === 0) return err({ kind: 'reset', detail: 'Received 0 bytes' });
		const type = detectVideoType(head, headers['content-type'] ?? '');
		if (!type.ok) return err(notVideo(type.error));
		const declared = declaredBytes(headers);
		// a body that has ended can't take back its head
		const isWhole = head.length < VIDEO_SIGNATURE_BYTES;
		if (isWhole) this.bytes = head.length;
		else body.unshift(head);
		try {
			const binary = await this.helpers.prepareBinaryData(
				isWhole ? head : this.count(body, declared),
				this.file.name(type.value),
				type.value.mimeType,
			);
			return isIncomplete(this.bytes, declared)
				? err({ kind: 'reset', detail: `Received ${this.bytes} of ${declared} bytes` })
				: ok(binary);
		} catch (error) {
			// a failure of the connection was reported before it reached n8n's storage
			return err(storageError(error));
		}
	}

	/** Reports what happens to the connection, except after n8n's storage closed it. */
	private observe(body: Readable): void {
		const onFailure = (error: unknown) => {
			if (!this.stored?.destroyed) this.fail(classifyNetworkError(error));
		};
		body.on('end', () => (this.isReceived = true));
		body.on('error', onFailure);
		body.on('close', () => {
			if (!this.isReceived) onFailure({ code: 'ECONNRESET', message: 'The connection was closed' });
		});
	}

	private count(body: Readable, declared: number): Readable {
		const stored = body.map((chunk: Buffer) => {
			this.bytes += chunk.length;
			if (exceedsSizeLimit(this.bytes, declared)) this.fail(notVideo(TOO_LARGE));
			return chunk;
		});
		stored.on('error', () => {}); // observe() reports it
		this.stored = stored;
		return stored;
	}
}
