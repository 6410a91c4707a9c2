// The overhead of the node: Get Status on many items, in real time, with the sandbox.
import { startSandbox } from '../../../sandbox/client';
import type { Installation } from '../engine/installation';
import { startRunner } from '../engine/runner';
import type { OverheadFigures } from '../results';
import { SUBJECTS, isOurs } from '../subjects';

const ITEMS = 1000;
/** The node's default for 'Max Concurrency'. */
const CONCURRENCY = 10;

/** @param rounds - of all three candidates in turn; another round before them is the warm-up */
export async function measureOverhead(
	installation: Installation,
	rounds: number,
): Promise<OverheadFigures> {
	const subject = SUBJECTS.find(isOurs);
	if (!subject) throw new Error('This node is not a subject');
	const sandbox = await startSandbox();
	const runner = await startRunner(subject, installation, { isolated: true });
	try {
		const { baseUrl: url, key: apiKey } = sandbox;
		const uuid = await sandbox.createJob({ status: 'completed' });
		const items = Array.from({ length: ITEMS }, () => ({ uuid }));
		const urls = items.map(() => `${url}/video-status/${uuid}`);
		const parameters = { operation: 'getStatus', videoId: '={{ $json.uuid }}' };
		const execute = async (more: { minimal?: boolean; profile?: boolean } = {}) => {
			await sandbox.clearJournal();
			const outcome = await runner.execute({ url, apiKey, items, parameters, ...more });
			if (outcome.items.length !== ITEMS) throw new Error(`Items were lost: ${outcome.error}`);
			return outcome;
		};
		const loop = async () => {
			await sandbox.clearJournal();
			return await runner.loop({ urls, apiKey, concurrency: CONCURRENCY });
		};
		const best = { node: Infinity, minimalNode: Infinity, loop: Infinity };
		for (let round = 0; round <= rounds; round++) {
			const node = (await execute()).seconds;
			const minimalNode = (await execute({ minimal: true })).seconds;
			const plain = await loop();
			if (round === 0) continue;
			best.node = Math.min(best.node, node);
			best.minimalNode = Math.min(best.minimalNode, minimalNode);
			best.loop = Math.min(best.loop, plain);
		}
		const { cpuSeconds = {} } = await execute({ profile: true });
		return { ...best, cpu: Object.entries(cpuSeconds).sort(([, a], [, b]) => b - a) };
	} finally {
		runner.close();
		await sandbox.close();
	}
}
