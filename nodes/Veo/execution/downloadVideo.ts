import type { IBinaryKeyData, INode } from 'n8n-workflow';
import type { VideoJob } from '../api/types';
import { downloadError } from '../output/errors';
import type { DownloadTarget } from '../parameters/downloadTarget';
import type { CallContext } from '../retry/retry';
import { downloadFile, type DownloadHelpers } from '../transport/download';

/** What a download needs; the execution context and the trigger's provide it. */
export interface DownloadContext {
	readonly node: INode;
	readonly functions: { helpers: DownloadHelpers };
	/** For calls to the video host. */
	downloadCallContext(itemIndex: number): CallContext;
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
		job.videoUrl ?? '',
		target.fileName || `${job.uuid}.mp4`,
		context.downloadCallContext(itemIndex),
	);
	if (result.ok) return { [target.property]: result.value };
	throw downloadError(context.node, itemIndex, result.error, job);
}
