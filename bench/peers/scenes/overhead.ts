// What the node adds to the bare look-ups: Get Status on many items, in real time, on the sandbox.
import { startSandbox } from '../../../sandbox/client';
import { CONTESTANTS, isOurs } from '../contestants';
import { Runner } from '../engine/client';
import type { Surroundings } from '../engine/surroundings';

const ITEMS = 1000;
/** The node's default for 'Max Concurrency'. */
const CONCURRENCY = 10;

export interface OverheadFigures {
	/** Best of all rounds, seconds. */
	node: number;
	/** The least that any node of n8n has to do for it. */
	plainNode: number;
	/** Nothing but axios. */
	bareLoop: number;
	/** Seconds of the processor in one run of the node, by whose code it was; most first. */
	busy: Array<[owner: string, seconds: number]>;
}

/** @param rounds - the three take turns; one more round, to warm up, does not count */
export async function measureOverhead(
	around: Surroundings,
	rounds: number,
): Promise<OverheadFigures> {
	const contestant = CONTESTANTS.find(isOurs);
	if (!contestant) throw new Error('This node is not among the contestants');
	const sandbox = await startSandbox();
	const runner = await Runner.start(contestant, around, {
		timeFactor: 1,
		originMs: 0,
		isolated: true,
	});
	try {
		const { baseUrl, key: apiKey } = sandbox;
		const uuid = await sandbox.createJob({ status: 'completed' });
		const order = {
			url: baseUrl,
			apiKey,
			items: Array.from({ length: ITEMS }, () => ({ uuid })),
			parameters: { operation: 'getStatus', videoId: '={{ $json.uuid }}' },
		};
		const urls = order.items.map((item) => `${baseUrl}/video-status/${item.uuid}`);
		const take = async (more: { plain?: boolean; profile?: boolean } = {}) => {
			await sandbox.clearJournal();
			const outcome = await runner.run({ ...order, ...more });
			if (outcome.items.length !== ITEMS) throw new Error(`Items were lost: ${outcome.error}`);
			return outcome;
		};
		const loop = async () => {
			await sandbox.clearJournal();
			return await runner.loop({ urls, apiKey, concurrency: CONCURRENCY });
		};
		const rows: Array<[node: number, plainNode: number, bareLoop: number]> = [];
		for (let round = 0; round <= rounds; round++) {
			const [node, plain, bare] = [await take(), await take({ plain: true }), await loop()];
			rows.push([node.seconds, plain.seconds, bare.seconds]);
		}
		const best = (column: 0 | 1 | 2) => Math.min(...rows.slice(1).map((row) => row[column]));
		const { busySeconds = {} } = await take({ profile: true });
		return {
			node: best(0),
			plainNode: best(1),
			bareLoop: best(2),
			busy: Object.entries(busySeconds).sort(([, a], [, b]) => b - a),
		};
	} finally {
		runner.close();
		await sandbox.close();
	}
}
