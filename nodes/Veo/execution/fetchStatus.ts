import { mayRepeat, sendPatiently } from '../retry/retry';
import type { VideoJob } from '../api/types';
import { callError } from '../output/errors';
import type { NodeRun } from './context';

/**
 * Looks at a job once (again, where the answer does not get through).
 * @throws NodeApiError that names the job
 */
export async function lookAt(run: NodeRun, itemIndex: number, uuid: string): Promise<VideoJob> {
	const answer = await sendPatiently(
		() => run.client.look(uuid),
		mayRepeat,
		run.patience(itemIndex),
	);
	if (answer.ok) return answer.data;
	throw callError(run.node, itemIndex, answer.failure, 'look', uuid);
}
