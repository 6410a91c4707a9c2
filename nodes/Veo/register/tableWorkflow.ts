import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { InlineWorkflow } from '../execution/inlineWorkflow';

/** One operation of n8n's Data Table node. */
export interface TableStep {
	name: string;
	parameters: INode['parameters'];
	/** Whether the step runs once for each input item; otherwise once in all. */
	forEachItem?: true;
}

/**
 * Runs Data Table nodes in a sub-workflow, one after the other: n8n gives community nodes no other
 * access to data tables (2.41.1). The sub-workflow is not saved, so it does not appear in the list of
 * executions.
 * @param items - the input of the first step
 * @returns the items of the last step
 * @throws the error of the step that failed
 */
export async function runTableSteps(
	functions: IExecuteFunctions,
	steps: readonly TableStep[],
	items: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	// n8n selects the project by the workflow, and its statistics contain the name
	const { id = '', name = '' } = functions.getWorkflow();
	const workflow = new InlineWorkflow(id, name);
	let previous = workflow.addStart();
	for (const { name: stepName, parameters, forEachItem } of steps) {
		const node = workflow.add({
			...{ name: stepName, type: 'n8n-nodes-base.dataTable', typeVersion: 1, parameters },
			// without an item, n8n would not run the next step
			alwaysOutputData: true,
			...(!forEachItem && { executeOnce: true }),
		});
		workflow.connect(previous, node);
		previous = node;
	}
	const { data } = await functions.executeWorkflow(
		{ code: workflow.build(false) },
		items,
		undefined,
		{
			parentExecution: { executionId: functions.getExecutionId(), workflowId: id },
			doNotWaitToFinish: false,
		},
	);
	return data[0] ?? [];
}
