import type { IBinaryKeyData } from 'n8n-workflow';
import type { VideoJob } from '../api/types';
import { downloadError, type ErrorSource } from '../output/errors';
import { videoFileName, type DownloadTarget } from '../parameters/downloadTarget';
import type { CallContext } from '../retry/retry';
import { downloadFile } from '../transport/download';
import type { DownloadHelpers } from '../transport/downloadAttempt';

/** What a download needs; the execution context and the trigger's provide it. */
export interface DownloadContext extends ErrorSource {
	readonly functions: { helpers: DownloadHelpers };
	/** For calls to the video host. */
	downloadCallContext(itemIndex: number): CallContext;
	/** Limit for a download with its retries, milliseconds; none if absent. */
	readonly downloadLimitMs?: number;
}

/**
 * Downloads the video of a completed job.
 * @returns the item's binary data, under the name in 'Output Data Field Name'
 * @throws NodeApiError that contains the job's ID
 */
export async function downloadVideo(
	context: DownloadContext,
	itemIndex: number,
	job: VideoJob,
	target: DownloadTarget,
): Promise<IBinaryKeyData> {
	const result = await downloadFile(
		context.functions.helpers,
		{ url: job.videoUrl ?? '', name: (type) => videoFileName(target, job.uuid, type) },
		context.downloadCallContext(itemIndex),
		context.downloadLimitMs,
	);
	if (result.ok) return { [target.property]: result.value };
	throw downloadError(context, itemIndex, result.error, job);
}
