// The overhead of the node: Get Status on many items, in real time, with the sandbox.
import { startSandbox } from '../../../sandbox/client';
import type { Installation } from '../engine/installation';
import { startRunner } from '../engine/runner';
import { OUR_SUBJECT } from '../subjects';

const ITEMS = 1000;

/** @param rounds - of all three candidates in turn; another round before them is the warm-up */
export async function measureOverhead(installation: Installation, rounds: number) {
	const sandbox = await startSandbox();
	const runner = startRunner({ subject: OUR_SUBJECT.key, installation, isolated: true });
	const { functions } = runner;
	try {
		const { baseUrl: url, key: apiKey } = sandbox;
		const uuid = await sandbox.createJob({ status: 'completed' });
		const items = Array.from({ length: ITEMS }, () => ({ uuid }));
		const urls = items.map(() => `${url}/video-status/${uuid}`);
		const parameters = { operation: 'getStatus', videoId: '={{ $json.uuid }}' };
		const execute = async (more: { minimal?: boolean; profile?: boolean } = {}) => {
			await sandbox.clearJournal();
			const outcome = await functions.execute({ url, apiKey, items, parameters, ...more });
			if (outcome.items.length !== ITEMS) throw new Error(`Items were lost: ${outcome.error}`);
			return outcome;
		};
		const loop = async () => {
			await sandbox.clearJournal();
			return await functions.loop(urls, apiKey);
		};
		const times: Array<[node: number, minimalNode: number, loop: number]> = [];
		for (let round = 0; round <= rounds; round++) {
			const [node, minimal] = [await execute(), await execute({ minimal: true })];
			times.push([node.seconds, minimal.seconds, await loop()]);
		}
		const best = (index: 0 | 1 | 2) => Math.min(...times.slice(1).map((time) => time[index]));
		const { cpuSeconds = {} } = await execute({ profile: true });
		return {
			...{ node: best(0), minimalNode: best(1), loop: best(2) },
			/** CPU seconds by the owner of the code, highest first. */
			cpu: Object.entries(cpuSeconds).sort(([, a], [, b]) => b - a),
		};
	} finally {
		runner.close();
		await sandbox.close();
	}
}
