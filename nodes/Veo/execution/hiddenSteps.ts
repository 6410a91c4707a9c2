import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** What the node does in a sub-workflow of its own, with n8n's functions there. @returns its items */
type Step = (functions: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** By key: n8n runs a sub-workflow in the process of its parent, so the workflow contains only the key. */
const steps = new Map<string, Step>();

/** @returns the key for the hidden parameter WAIT_KEY */
export function addStep(step: Step): string {
	const key = randomUUID();
	steps.set(key, step);
	return key;
}

export function removeStep(key: string): void {
	steps.delete(key);
}

/** Runs a step in the sub-workflow. Without items if it is unknown, or if the execution is stopped. */
export async function runStep(
	functions: IExecuteFunctions,
	key: string,
): Promise<INodeExecutionData[][]> {
	const step = steps.get(key);
	if (!step) return [[]];
	const signal = functions.getExecutionCancelSignal();
	const canceled = new Promise<INodeExecutionData[]>((resolve) => {
		signal?.addEventListener('abort', () => resolve([]), { once: true });
	});
	return [await Promise.race([step(functions), canceled])];
}
