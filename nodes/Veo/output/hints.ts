import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

/** What the API's provider advises: look every 5 to 10 seconds. */
const ADVISED_POLL_SECONDS = 5;

/** How many items an output holds of each kind that is worth a word above it. */
interface Tally {
	total: number;
	errors: number;
	failed: number;
	timedOut: number;
	/** Videos that are there by their URL alone. */
	urlsOnly: number;
}

function tally(items: readonly INodeExecutionData[]): Tally {
	const count = (test: (item: INodeExecutionData) => boolean) => items.filter(test).length;
	return {
		total: items.length,
		errors: count(({ json }) => 'error' in json),
		failed: count(({ json }) => json.status === 'failed'),
		timedOut: count(({ json }) => json.status === 'timedOut'),
		urlsOnly: count(({ json, binary }) => typeof json.videoUrl === 'string' && !binary),
	};
}

const warn = (message: string): NodeExecutionHint => ({
	message,
	type: 'warning',
	location: 'outputPane',
});

/**
 * What the editor shows above the node's output: at most one hint of a kind, whatever the number
 * of items.
 * @param pollSeconds - 'Poll Interval' of the first item, where the node waits
 */
export function hintsFor(
	items: readonly INodeExecutionData[],
	pollSeconds?: number,
): NodeExecutionHint[] {
	const { total, errors, failed, timedOut, urlsOnly } = tally(items);
	const hints: NodeExecutionHint[] = [];
	if (errors > 0) {
		hints.push(
			warn(`${errors} of ${total} items went wrong: 'error' and 'details' in them say why`),
		);
	}
	if (failed > 0) {
		hints.push(warn(`${failed} of ${total} videos could not be made: see their 'errorMessage'`));
	}
	if (timedOut > 0) {
		hints.push(
			warn(
				`${timedOut} of ${total} videos were not ready in time and go on being made: read them later with 'Get Status'`,
			),
		);
	}
	if (pollSeconds !== undefined && pollSeconds < ADVISED_POLL_SECONDS) {
		hints.push(
			warn(
				`'Poll Interval' is ${pollSeconds} s; the API's provider advises ${ADVISED_POLL_SECONDS} s or more`,
			),
		);
	}
	if (urlsOnly > 0) {
		hints.push({
			message: "Video URLs may expire: to keep the file, use 'Download Video' or 'Download'",
			type: 'info',
			location: 'outputPane',
		});
	}
	return hints;
}

/** Shown while a durable wait goes on. */
export const PARKED: NodeExecutionHint = {
	message: "Parked in n8n's database until the videos are ready: no worker is held meanwhile",
	type: 'info',
	location: 'outputPane',
};

/** Shows the hints about what the node hands on. */
export function addHints(functions: IExecuteFunctions, outputs: INodeExecutionData[][]): void {
	const waits = functions.getNodeParameter('waitForCompletion', 0, false) === true;
	const pollSeconds = Number(functions.getNodeParameter('options.pollInterval', 0, 5));
	const hints = hintsFor(outputs.flat(), waits ? pollSeconds : undefined);
	if (hints.length > 0) functions.addExecutionHints(...hints);
}
