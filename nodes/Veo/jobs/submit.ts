import type { VeoClient } from '../api/client';
import type { Answer } from '../api/errors';
import { mayRepeatPaid, sendPatiently, type Patience } from '../retry/retry';
import type { GenerateRequest, VideoJob } from '../api/types';

/**
 * Orders a video. The request is sent again only where the server cannot have accepted it
 * (node-interface.md, "Credit safety", 2); mayHaveBeenAccepted tells of what comes back whether
 * the video may have been paid for all the same.
 */
export async function submit(
	client: VeoClient,
	request: GenerateRequest,
	patience: Patience,
): Promise<Answer<VideoJob>> {
	return await sendPatiently(() => client.submit(request), mayRepeatPaid, patience);
}
