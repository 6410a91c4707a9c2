import { NodeOperationError } from 'n8n-workflow';
import type { ParameterReader } from '../parameters/parameterReader';
import type { ExecutionContext } from './context';

/** The key of the count in the node's context. Part of saved executions: must not change. */
const CONTEXT_KEY = 'veoVideoCount';

/** How many videos the runs of this node in one execution request; a loop has several runs. */
interface VideoCount {
	/** The latest run. */
	run: string;
	/** The items of that run. A retry of the run replaces them. */
	current: number;
	/** The items of all earlier runs. */
	earlier: number;
}

/**
 * Enforces 'Max Videos per Execution', over all runs of the node: otherwise a loop would submit without
 * end, one item at a time.
 * @param parameters - of the first item, whose limit applies to all
 * @throws NodeOperationError if this run would exceed the limit
 */
export function checkVideoLimit(context: ExecutionContext, parameters: ParameterReader): void {
	const range = { label: 'Max Videos per Execution', fallback: Infinity, min: 1, unit: 'videos' };
	const limit = Math.floor(parameters.number('options.maxVideos', range));
	if (limit === Infinity) return;
	const { functions, items, node, run } = context;
	const nodeContext = functions.getContext('node');
	const current = items.length;
	const earlier = countEarlier(nodeContext[CONTEXT_KEY], run);
	if (earlier + current > limit) {
		const before = earlier === 0 ? '' : ` after ${earlier} in earlier runs of this node`;
		const noun = current === 1 ? 'video was' : 'videos were';
		throw new NodeOperationError(
			node,
			`${current} ${noun} requested${before}, but 'Max Videos per Execution' is ${limit}`,
			{
				description:
					'Nothing was sent for these items. Check the number of input items, or increase the limit.',
			},
		);
	}
	const count: VideoCount = { run, current, earlier };
	nodeContext[CONTEXT_KEY] = count;
}

function countEarlier(stored: unknown, run: string): number {
	if (!isVideoCount(stored)) return 0;
	// n8n reports no run index to an agent's tool, so its retries count as well
	return stored.run === run && run !== 'tool' ? stored.earlier : stored.earlier + stored.current;
}

/** Only checkVideoLimit writes entries, so checking for one property is enough. */
function isVideoCount(value: unknown): value is VideoCount {
	return typeof value === 'object' && value !== null && 'earlier' in value;
}
