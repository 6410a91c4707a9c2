import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ItemResult } from '../execution/items';
import { addHints } from '../output/hints';
import type { Outputs } from './operation';

/** The items of each output. Adds the hints that n8n shows above them. */
export function withHints(
	functions: IExecuteFunctions,
	results: readonly ItemResult[],
	{ count }: Outputs,
): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = Array.from({ length: count }, () => []);
	for (const { item, output } of results) outputs[output]?.push(item);
	try {
		addHints(functions, outputs);
	} catch (thrown) {
		// an expression that fails for the first item; no item is lost because of a hint
		functions.logger.debug(`Couldn't add the hints: ${String(thrown)}`);
	}
	return outputs;
}
