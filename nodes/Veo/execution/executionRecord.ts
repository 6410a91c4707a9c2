import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunReport } from '../output/report';
import { InlineWorkflow } from './inlineWorkflow';

/** The first key of the custom data; the others have a number. */
const KEY = 'veo_videos';
/** n8n keeps ten entries of custom data for an execution, and those of the user come first. */
const MAX_KEYS = 5;
/** n8n stores 512 characters, but logs an error for each value with more than 255 (2.41.1). */
const MAX_LENGTH = 255;
/** The space for " and 12345 more". */
const TAIL_LENGTH = 15;

/**
 * Adds a video to the execution's custom data, the only data of a node that n8n keeps if the execution
 * is canceled while it runs (2.41.1, ExecutionService.stopDuringRun). All Veo nodes of the execution share the entries.
 * @param isNew - whether it was submitted just now: then it is counted if there is no space for it
 */
export function addToCustomData(
	functions: Pick<IExecuteFunctions, 'customData' | 'logger'>,
	uuid: string,
	isNew: boolean,
): void {
	try {
		const { customData } = functions;
		for (let number = 1; number <= MAX_KEYS; number++) {
			const key = number === 1 ? KEY : `${KEY}_${number}`;
			const previous = /^(.*?)(?: and (\d+) more)?$/.exec(customData.get(key) ?? '');
			const [, ids = '', more = '0'] = previous ?? [];
			const listed = ids === '' ? [] : ids.split(', ');
			if (listed.includes(uuid)) return;
			const value = [...listed, uuid].join(', ');
			if (more === '0' && value.length <= MAX_LENGTH - TAIL_LENGTH) {
				customData.set(key, value);
				return;
			}
			if (number === MAX_KEYS && isNew) customData.set(key, `${ids} and ${Number(more) + 1} more`);
		}
	} catch (thrown) {
		// older versions of n8n have no custom data; a video is not lost because of it
		functions.logger.debug(`Couldn't add the video to the custom data: ${String(thrown)}`);
	}
}

/**
 * Adds an entry to n8n's executions list that shows the videos of a canceled execution: n8n discards
 * the node's output and error, and shows custom data only with a license (2.41.1). After n8n's own
 * timeout, n8n also cancels this entry, so only its note contains the IDs. `doNotWaitToFinish` would
 * avoid that, but n8n doesn't handle a failure of such a sub-workflow (and up to 2.20, it cancels it anyway).
 */
export async function addCanceledVideos(
	functions: IExecuteFunctions,
	report: RunReport,
): Promise<void> {
	const text = report.text();
	const { id: workflowId } = functions.getWorkflow();
	if (text === '' || !workflowId) return;
	const executionId = functions.getExecutionId();
	const node = functions.getNode().name;
	const workflow = new InlineWorkflow(workflowId, `${node}: videos of a canceled execution`);
	workflow.addStart('Videos');
	workflow.addNote(`## Videos of canceled execution ${executionId}\n\nNode **${node}**. ${text}`);
	const items = report.uuids.map((uuid) => ({ json: { uuid } }));
	try {
		await functions.executeWorkflow(
			{ code: workflow.build() },
			items.length > 0 ? items : [{ json: {} }],
			undefined,
			{ parentExecution: { executionId, workflowId } },
		);
	} catch (thrown) {
		functions.logger.debug(`Couldn't list the videos of the execution: ${String(thrown)}`);
	}
}
