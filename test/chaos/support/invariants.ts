import { MIN_SUSPENSION_MS } from '../../../nodes/Veo/jobs/durableWait';
import type { RequestRecord } from './chaosApi';
import type { Execution, ItemEnd } from './execution';
import type { Scenario } from './scenario';

/** How long the response to a poll that is sent at the deadline may take. */
const FINAL_POLL_TIMEOUT_MS = 2_000;
/** How late the node's timers may be. */
const SLACK_MS = 1_000;
/**
 * How late the final poll cycle of a durable wait may end. It starts when the last job is due (132 s
 * at most). It can contain three polls that hang (20 s each) and two delays that the API requests
 * (60 s, plus jitter).
 */
const FINAL_POLL_CYCLE_MS = 400_000;

/** The violations of the invariants by an execution, as sentences. */
export function violatedInvariants(scenario: Scenario, execution: Execution): string[] {
	return [
		...paidTwice(execution),
		...lostJobs(execution),
		...polledTooOften(scenario, execution),
		...waitedTooLong(scenario, execution),
		...mismatchedItems(execution),
		...activeAfterCancel(execution),
		// a durable wait ends in the sub-workflow, which cannot access the records
		...(scenario.durable ? [] : leftoverRecords(execution)),
	];
}

const ends = ({ runs }: Execution): ItemEnd[] =>
	runs.flatMap(({ results }) =>
		results.flatMap((result) => (result ? [result.ok ? result.value : result.error] : [])),
	);

/** Each item is accepted once, and once more for each job whose failure the client received. */
function paidTwice({ api }: Execution): string[] {
	return api.jobs
		.filter(({ item }, index) =>
			api.jobs.slice(0, index).some((other) => other.item === item && !other.isFailureKnown),
		)
		.map(({ item, uuid }) => `item ${item} was paid for twice (${uuid})`);
}

/**
 * The ID of an accepted job is in an output, an error or a record. If the response was lost, the
 * item's error says that the request may have been accepted.
 */
function lostJobs(execution: Execution): string[] {
	const reported = new Set(ends(execution).map(({ uuid }) => uuid));
	const saved = JSON.stringify(execution.context);
	const { runs } = execution;
	return execution.api.jobs
		.filter(({ uuid }) => !reported.has(uuid) && !saved.includes(`"${uuid}"`))
		.filter(({ item, isIdKnown }) => {
			const isInDoubt = runs.some(({ results }) => {
				const result = results[item];
				return result && !result.ok && result.error.isInDoubt;
			});
			return isIdKnown || !isInDoubt;
		})
		.map(({ item, uuid }) => `${uuid} of item ${item} is lost`);
}

/** Within a run, polls of the same job keep the interval and never overlap. */
function polledTooOften({ pollIntervalMs }: Scenario, { api }: Execution): string[] {
	const violations: string[] = [];
	const latest = new Map<string, RequestRecord>();
	for (const poll of api.requests) {
		if (poll.endpoint !== 'status' || poll.uuid === undefined) continue;
		const previous = latest.get(poll.uuid);
		latest.set(poll.uuid, poll);
		if (!previous || previous.attempt !== poll.attempt) continue;
		const passedMs = poll.sentMs - previous.sentMs;
		if (poll.sentMs < previous.settledMs) violations.push(`two polls of ${poll.uuid} overlap`);
		if (passedMs < pollIntervalMs) {
			violations.push(`${poll.uuid} was polled again after ${passedMs} ms`);
		}
	}
	return violations;
}

function waitedTooLong({ timeoutMs, durable }: Scenario, execution: Execution): string[] {
	const limitMs = durable
		? Math.max(timeoutMs, MIN_SUSPENSION_MS) + FINAL_POLL_CYCLE_MS
		: timeoutMs + FINAL_POLL_TIMEOUT_MS + SLACK_MS;
	return ends(execution)
		.filter(({ waitedMs }) => waitedMs > limitMs)
		.map(({ uuid, waitedMs }) => `the wait for ${uuid} took ${waitedMs} ms`);
}

/** Each item's output is about its own video. */
function mismatchedItems({ api, runs }: Execution): string[] {
	return runs.flatMap(({ results }) =>
		results.flatMap((result, item) => {
			if (!result?.ok) return [];
			const { uuid, prompt } = result.value;
			const job = api.jobs.find((candidate) => candidate.uuid === uuid);
			const matches = job?.item === item && prompt === `item ${item}`;
			return matches ? [] : [`item ${item} has the output of ${uuid} (${String(prompt)})`];
		}),
	);
}

/** After a cancellation nothing is sent, and the node returns within a second. */
function activeAfterCancel({ api, canceledMs, runs }: Execution): string[] {
	// an upload may still open its file; it is free
	const late = api.requests.filter(
		({ isAfterCancel, endpoint }) => isAfterCancel && endpoint !== 'upload',
	);
	const slow = runs.filter(({ endedMs, isCanceled }) => isCanceled && endedMs > canceledMs + 1000);
	return [
		...late.map(({ endpoint }) => `a ${endpoint} request was sent after the cancellation`),
		...slow.map(
			({ endedMs }) => `the node ended ${endedMs - canceledMs} ms after the cancellation`,
		),
	];
}

/** A successful run leaves no records in the context. */
function leftoverRecords({ runs, context }: Execution): string[] {
	const succeeded = runs.at(-1)?.results.every((result) => result?.ok);
	const saved = JSON.stringify(context);
	return succeeded && saved !== '{"veoSubmissions":{}}' ? [`the context contains ${saved}`] : [];
}
