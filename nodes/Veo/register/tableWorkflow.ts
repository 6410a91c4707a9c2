import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { InlineWorkflow } from '../execution/inlineWorkflow';

/** One operation of n8n's Data Table node. */
export interface TableStep {
	parameters: INode['parameters'];
	/** Whether the step runs once for each input item; otherwise once in all. */
	forEachItem?: true;
}

/** The input of steps that need no data. */
const ONE_ITEM: INodeExecutionData[] = [{ json: {} }];

/**
 * Runs Data Table nodes in a sub-workflow, one after the other: n8n gives community nodes no other
 * access to data tables (2.41.1). The sub-workflow is not saved, so it does not appear in the list of
 * executions.
 * @param rows - the input of the first step
 * @returns the rows that the last step returned
 * @throws the error of the step that failed
 */
export async function runTableSteps(
	functions: IExecuteFunctions,
	steps: readonly TableStep[],
	rows: ReadonlyArray<INodeExecutionData['json']> = [],
): Promise<Array<INodeExecutionData['json']>> {
	// n8n selects the project by the workflow, and its statistics contain the name
	const { id = '', name = '' } = functions.getWorkflow();
	const workflow = new InlineWorkflow(id, name);
	let previous = workflow.addStart();
	for (const [index, { parameters, forEachItem }] of steps.entries()) {
		const node = workflow.add({
			...{ name: `Step ${index}`, type: 'n8n-nodes-base.dataTable', typeVersion: 1, parameters },
			// without an item, n8n would not run the next step
			alwaysOutputData: true,
			...(!forEachItem && { executeOnce: true }),
		});
		workflow.connect(previous, node);
		previous = node;
	}
	const { data } = await functions.executeWorkflow(
		{ code: workflow.build(false) },
		rows.length > 0 ? rows.map((json) => ({ json })) : ONE_ITEM,
		undefined,
		{ parentExecution: { executionId: functions.getExecutionId(), workflowId: id } },
	);
	return (data[0] ?? []).map(({ json }) => json);
}
