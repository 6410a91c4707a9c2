import type { WorkflowExecuteMode } from 'n8n-workflow';
import { accountOf, CREDENTIAL_TYPE, readCredential } from '../transport/credential';
import type { ExecutionContext } from './context';
import { addStep, removeStep } from './hiddenSteps';
import { InlineWorkflow, reasonOf } from './inlineWorkflow';
import { veoNode, WAIT_KEY } from './waitWorkflowCode';

/**
 * The accounts whose probe has succeeded in this process, for production executions: n8n checks the
 * credential of a user only in executions that the user starts. (One that MCP starts as if by a trigger
 * is an exception, 2.41.1: there, the error after the submission contains the IDs.)
 */
const provenAccounts = new Set<string>();
const PRODUCTION: readonly WorkflowExecuteMode[] = ['trigger', 'webhook'];
/** The set is emptied at this size. */
const MAX_PROVEN = 1_000;

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
	const started = probeOnce(context);
	probes.set(context, started);
	return await started;
}

/** A probe takes about 0.15 s of CPU time, a quarter of that of a durable execution. */
async function probeOnce(context: ExecutionContext): Promise<string | undefined> {
	const { node, functions, submissions } = context;
	const key = JSON.stringify([submissions.account, node.credentials?.[CREDENTIAL_TYPE]?.id]);
	const isProduction = PRODUCTION.includes(functions.getMode());
	if (isProduction && provenAccounts.has(key)) return undefined;
	const blocker = await probe(context);
	if (blocker === undefined && isProduction) {
		if (provenAccounts.size >= MAX_PROVEN) provenAccounts.clear();
		provenAccounts.add(key);
	}
	return blocker;
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
