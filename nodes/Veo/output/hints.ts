import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

/** The provider recommends a status check every 5 to 10 seconds. */
const RECOMMENDED_POLL_SECONDS = 5;

/** How many items of each kind that deserves a hint an output contains. */
interface OutcomeCounts {
	total: number;
	errors: number;
	failed: number;
	timedOut: number;
	/** Not finished. */
	pending: number;
	/** Videos without a file. */
	urlsOnly: number;
}

function countOutcomes(items: readonly INodeExecutionData[]): OutcomeCounts {
	const counts = {
		total: items.length,
		errors: 0,
		failed: 0,
		timedOut: 0,
		pending: 0,
		urlsOnly: 0,
	};
	for (const { json, binary } of items) {
		if ('error' in json) counts.errors++;
		else {
			if (json.status === 'failed') counts.failed++;
			else if (json.status === 'timedOut') counts.timedOut++;
			else if (json.status === 'pending' || json.status === 'processing') counts.pending++;
			if (typeof json.videoUrl === 'string' && !binary) counts.urlsOnly++;
		}
	}
	return counts;
}

export const warning = (message: string): NodeExecutionHint => ({
	message,
	type: 'warning',
	location: 'outputPane',
});

const info = (message: string): NodeExecutionHint => ({
	message,
	type: 'info',
	location: 'outputPane',
});

/** E.g. "1 of 1 video", "3 of 7 videos". */
function share(count: number, total: number, noun: string): string {
	return `${count} of ${total} ${total === 1 ? noun : `${noun}s`}`;
}

/**
 * The hints that the editor shows above the node's output: at most one of each kind, regardless of the
 * number of items.
 * @param pollSeconds - 'Poll Interval' of the first item, if the node waits
 * @param isSubmission - whether the node submitted the videos
 */
export function hintsFor(
	items: readonly INodeExecutionData[],
	pollSeconds?: number,
	isSubmission = false,
): NodeExecutionHint[] {
	const { total, errors, failed, timedOut, pending, urlsOnly } = countOutcomes(items);
	const hints: NodeExecutionHint[] = [];
	if (errors > 0) {
		const where = errors === 1 ? 'that item' : 'those items';
		hints.push(
			warning(
				`${share(errors, total, 'item')} couldn't be processed. See 'error' and 'details' in ${where}.`,
			),
		);
	}
	if (failed > 0) {
		const whose = failed === 1 ? 'its' : 'their';
		hints.push(
			warning(
				`${share(failed, total, 'video')} couldn't be generated. See ${whose} 'errorMessage'.`,
			),
		);
	}
	if (timedOut > 0) {
		const [verb, pronoun] = timedOut === 1 ? ["wasn't", 'it'] : ["weren't", 'them'];
		hints.push(
			warning(
				`${share(timedOut, total, 'video')} ${verb} ready before the timeout. Generation continues; retrieve ${pronoun} later with 'Get Status'.`,
			),
		);
	}
	if (pollSeconds !== undefined && pollSeconds < RECOMMENDED_POLL_SECONDS) {
		const unit = pollSeconds === 1 ? 'second' : 'seconds';
		hints.push(
			warning(
				`'Poll Interval' is ${pollSeconds} ${unit}. The API provider recommends at least ${RECOMMENDED_POLL_SECONDS} seconds.`,
			),
		);
	}
	if (isSubmission && pending > 0) {
		const [what, pronoun] =
			pending === 1 ? ["The video isn't", 'it'] : ["The videos aren't", 'them'];
		hints.push(
			info(
				`${what} ready yet. To retrieve ${pronoun} later, connect a Veo node with the operation 'Get Status'.`,
			),
		);
	}
	if (urlsOnly > 0) {
		hints.push(
			info(
				"Video URLs can expire. To keep a video, enable 'Download Video' or use the 'Download' operation.",
			),
		);
	}
	return hints;
}

/** Shown during a durable wait. @param count - the number of unfinished videos */
export function waitingHint(count: number, hasCallback: boolean): NodeExecutionHint {
	const what = count === 1 ? '1 video is' : `${count} videos are`;
	const how = hasCallback ? ' The API sends a callback when a video is finished.' : '';
	return info(
		`Execution suspended until ${what} ready.${how} No worker is occupied while it waits.`,
	);
}

/** Shown if the requests contain no callback URL. */
export function noCallbackHint(reason: string): NodeExecutionHint {
	return warning(
		`'Callback URL Field' has no effect: ${reason}. The node checks the status on a schedule instead.`,
	);
}

/** Shown if an AI agent's tool doesn't suspend the execution. */
export function toolInProcessHint(reason: string): NodeExecutionHint {
	return info(`The tool waited in process, because ${reason}.`);
}

/** Shows the hints for the node's outputs. */
export function addHints(functions: IExecuteFunctions, outputs: INodeExecutionData[][]): void {
	const waits = functions.getNodeParameter('waitForCompletion', 0, false) === true;
	const pollSeconds = Number(functions.getNodeParameter('options.pollInterval', 0, 5));
	const isSubmission = functions.getNodeParameter('operation', 0, '') === 'generate';
	const hints = hintsFor(outputs.flat(), waits ? pollSeconds : undefined, isSubmission);
	if (hints.length > 0) functions.addExecutionHints(...hints);
}
