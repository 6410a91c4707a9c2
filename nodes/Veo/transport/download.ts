import type { IBinaryData } from 'n8n-workflow';
import { isDownloadRetryable, type DownloadError } from '../api/downloadErrors';
import { err, type Result } from '../result';
import { sendWithRetry, type CallContext } from '../retry/retry';
import { DownloadAttempt, type DownloadHelpers, type VideoFile } from './downloadAttempt';

/**
 * Downloads a video into n8n's binary data, with retries.
 * @param limitMs - for all attempts together; without it, each attempt has its own limits
 */
export async function downloadFile(
	helpers: DownloadHelpers,
	file: VideoFile,
	context: CallContext,
	limitMs?: number,
): Promise<Result<IBinaryData, DownloadError>> {
	const { clock, signal } = context;
	if (limitMs === undefined) return await downloadWithRetry(helpers, file, context);
	const limit = new AbortController();
	const done = new AbortController();
	void clock.sleep(limitMs, done.signal).then(() => limit.abort());
	const stop = AbortSignal.any([signal, limit.signal]);
	const result = await downloadWithRetry(helpers, file, { ...context, signal: stop });
	const isExpired = limit.signal.aborted && !signal.aborted;
	done.abort();
	return result.ok || !isExpired
		? result
		: err({ kind: 'timeout', detail: `Not complete after ${limitMs / 1000} seconds` });
}

async function downloadWithRetry(
	helpers: DownloadHelpers,
	file: VideoFile,
	context: CallContext,
): Promise<Result<IBinaryData, DownloadError>> {
	return await sendWithRetry<IBinaryData, DownloadError>(
		async () => await new DownloadAttempt(helpers, file).run(context),
		isDownloadRetryable,
		context,
	);
}
