import { accountOf, readCredential } from '../transport/credential';
import type { ExecutionContext } from './context';
import { addStep, removeStep } from './hiddenSteps';
import { InlineWorkflow, reasonOf } from './inlineWorkflow';
import { veoNode, WAIT_KEY } from './waitWorkflowCode';

/** One probe for all items of an execution. */
const probes = new WeakMap<ExecutionContext, Promise<string | undefined>>();

/**
 * Runs a workflow with the nodes and the credential of the wait, to detect before anything is paid that
 * it can't work: an administrator has excluded a node (NODES_EXCLUDE), the user may execute the workflow
 * but not use the credential in a sub-workflow (2.41.1, checkForUser), or an expression in the credential
 * has another value there. It waits zero seconds and is not saved.
 * @returns why a durable wait can't work, or undefined if it can
 */
export async function waitProbeBlocker(context: ExecutionContext): Promise<string | undefined> {
	const known = probes.get(context);
	if (known) return await known;
	const started = probe(context);
	probes.set(context, started);
	return await started;
}

async function probe(context: ExecutionContext): Promise<string | undefined> {
	const { node, functions, submissions } = context;
	const { id: workflowId = '' } = functions.getWorkflow();
	const executionId = functions.getExecutionId();
	let account: string | undefined;
	const key = addStep(async (inside) => {
		account = accountOf(await readCredential(inside));
		return inside.getInputData();
	});
	const workflow = new InlineWorkflow(workflowId, `${node.name}: checking the wait`);
	const start = workflow.addStart();
	const check = workflow.add({
		...veoNode(context, 'Check Credential', { [WAIT_KEY]: key }),
		onError: 'stopWorkflow',
	});
	workflow.connect(start, check);
	workflow.connect(check, workflow.addWait(0));
	workflow.addNote('');
	try {
		await functions.executeWorkflow({ code: workflow.build(false) }, [{ json: {} }], undefined, {
			parentExecution: { executionId, workflowId },
		});
	} catch (thrown) {
		return `n8n can't run the sub-workflow that waits (${reasonOf(thrown)})`;
	} finally {
		removeStep(key);
	}
	return account === submissions.account
		? undefined
		: 'an expression in the credential has another value in the sub-workflow that waits';
}
