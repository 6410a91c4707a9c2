import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isNamed, type Callback } from '../jobs/callbackWait';
import { noCallbackHint } from '../output/hints';
import { err, ok, type Result } from '../result';
import type { ExecutionContext } from './context';
import { addStep, removeStep } from './hiddenSteps';
import { reasonOf } from './inlineWorkflow';
import type { OpenWait, StartedWorkflow } from './items';
import {
	buildWaitWorkflow,
	CHECK_NODE,
	HOLD_NODE,
	startWaitWorkflow,
	WAIT_OUTPUTS,
} from './waitWorkflowCode';
import { parseWaitState } from './waitWorkflow';

/** Hosts of n8n's URL that only n8n's own machine can reach. */
const LOCAL_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

/**
 * @param resumeUrl - a URL of n8n
 * @param apiUrl - the base URL of the API
 * @returns why the API can't reach n8n, or undefined if it can
 */
export function callbackBlocker(resumeUrl: string, apiUrl: string): string | undefined {
	const url = new URL(resumeUrl);
	const isLocal = ({ hostname }: URL) => LOCAL_HOST.test(hostname);
	// an API on the same machine can reach it
	if (!isLocal(url) || isLocal(new URL(apiUrl))) return undefined;
	return `n8n's URL is ${url.origin}, which the API can't reach. Set N8N_WEBHOOK_URL to n8n's public URL`;
}

function resumeUrlOf(functions: IExecuteFunctions): string {
	return String(functions.evaluateExpression('{{ $execution.resumeUrl }}', 0));
}

/**
 * The URL to which the API sends a callback when a video is finished. All items share it.
 * @returns undefined if there is none; then a hint contains the reason
 */
export async function callbackUrl(context: ExecutionContext): Promise<string | undefined> {
	context.openWait ??= openWait(context);
	return (await context.openWait)?.url;
}

/** Ends the wait workflow if the node doesn't wait for it. */
export async function endOpenWait({ openWait: opened }: ExecutionContext): Promise<void> {
	await (await opened)?.end();
}

/**
 * Starts the wait workflow before anything is submitted, since only a running one has a URL, which the
 * requests contain. Its first node holds it until the videos are submitted.
 */
async function openWait(context: ExecutionContext): Promise<OpenWait | undefined> {
	const { functions } = context;
	const blocker = callbackBlocker(resumeUrlOf(functions), context.baseUrl);
	if (blocker !== undefined) {
		functions.addExecutionHints(noCallbackHint(blocker));
		return undefined;
	}
	let release: (items: INodeExecutionData[]) => void = () => {};
	const items = new Promise<INodeExecutionData[]>((resolve) => (release = resolve));
	let report: (url: string) => void = () => {};
	const reported = new Promise<string>((resolve) => (report = resolve));
	const key = addStep(async (inside) => {
		report(resumeUrlOf(inside));
		return await items;
	});
	const code = buildWaitWorkflow(context, { key });
	const started = startWaitWorkflow(context, code, [{ json: {} }]);
	const ended: Promise<Result<StartedWorkflow, unknown>> = started.then(ok, err);
	const first = await Promise.race([reported, ended]);
	removeStep(key);
	if (typeof first !== 'string') {
		const reason = first.ok ? 'the sub-workflow ended early' : reasonOf(first.error);
		functions.addExecutionHints(noCallbackHint(reason));
		return undefined;
	}
	return {
		url: first,
		start: async (states) => {
			release(states);
			return await started;
		},
		end: async () => {
			release([]);
			await ended;
		},
	};
}

/**
 * The callback that resumed a poll cycle, and the items of its wait: after a callback, n8n's Wait node
 * returns the request instead of its input.
 */
export function readCallback(
	functions: IExecuteFunctions,
): { callback: Callback; items: INodeExecutionData[] } | undefined {
	const [input] = functions.getInputData();
	if (!input || 'waitSeconds' in input.json) return undefined;
	const { $items, $runIndex: cycle } = functions.getWorkflowDataProxy(0);
	const items =
		cycle === 0
			? $items(HOLD_NODE, 0, 0)
			: $items(CHECK_NODE, WAIT_OUTPUTS.indexOf('Pending'), cycle - 1);
	const { body, query } = input.json;
	const text = JSON.stringify([body, query]).toLowerCase();
	const namesVideo = items.some((item) => {
		const state = parseWaitState(item);
		const uuid = 'wait' in state ? state.wait.job.uuid : state.done.json.uuid;
		return typeof uuid === 'string' && isNamed(uuid, { text });
	});
	return { callback: { text, namesVideo }, items };
}
