// Executes the node on many items, in a process of its own, and measures how long each part of the
// execution blocks the event loop.
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { connectSandbox } from '../../sandbox/client';
import { aNode } from '../../test/harness/nodes';
import { VeoEngine } from '../../test/harness/veoEngine';
import { serve } from '../child/child';
import { longestBlock, type Block } from './eventLoop';

export interface Scenario {
	/** Origin of the sandbox. */
	origin: string;
	count: number;
	concurrency: number;
	/**
	 * What happens to the items: all are submitted, or the last one is invalid and none is, or a node
	 * that does nothing returns them, which shows n8n's own share.
	 */
	work: 'submit' | 'validate' | 'return';
}

export interface Result {
	seconds: number;
	block: Block;
	/** From the cancellation to the end of the node, milliseconds; null if it was not canceled. */
	stopMs: number | null;
}

/** Returns its input. */
const RETURNING: INodeType = {
	description: {
		...{ displayName: 'Returning', name: 'returning', group: ['transform'], version: 1 },
		...{ description: 'Returns its input', defaults: { name: 'Returning' } },
		...{ inputs: ['main'], outputs: ['main'], properties: [] },
	},
	async execute(this: IExecuteFunctions) {
		return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
	},
};

async function measure(scenario: Scenario, cancelAfterMs: number | null): Promise<Result> {
	const { origin, count, concurrency, work } = scenario;
	const engine = await VeoEngine.start();
	const { key: apiKey, baseUrl } = connectSandbox(origin);
	const parameters = {
		...{ resource: 'video', operation: 'generate', prompt: '={{ $json.prompt }}' },
		waitForCompletion: false,
		options: { maxConcurrency: concurrency },
	};
	const execute = async (items: INodeExecutionData[], whenRunning = (_cancel: () => void) => {}) =>
		work === 'return'
			? await engine.execute(
					RETURNING,
					aNode({ name: 'Returning', type: 'returning' }),
					{},
					{ items },
				)
			: await engine.run({ parameters, items, credential: { apiKey, baseUrl }, whenRunning });
	await execute(itemsOf(100, 'submit'));

	const items = itemsOf(count, work);
	let canceledAtMs: number | null = null;
	const startedMs = performance.now();
	const { value, block } = await longestBlock(async () =>
		execute(items, (cancel) => {
			if (cancelAfterMs === null) return;
			setTimeout(() => {
				canceledAtMs = performance.now();
				cancel();
			}, cancelAfterMs);
		}),
	);
	const endedMs = performance.now();
	const expected = work !== 'validate' && cancelAfterMs === null ? count : 0;
	if (value.items.length !== expected) {
		throw new Error(`The node returned ${value.items.length} items: ${value.error?.message}`);
	}
	engine.close();
	return {
		seconds: (endedMs - startedMs) / 1000,
		block,
		stopMs: canceledAtMs === null ? null : endedMs - canceledAtMs,
	};
}

function itemsOf(count: number, work: Scenario['work']): INodeExecutionData[] {
	return Array.from({ length: count }, (_, index) => {
		const isInvalid = work === 'validate' && index === count - 1;
		return { json: { prompt: isInvalid ? '' : `A lighthouse in a storm, take ${index}` } };
	});
}

const functions = { measure };
export type ItemsFunctions = typeof functions;

serve(functions);
