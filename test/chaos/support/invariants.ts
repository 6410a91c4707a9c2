import { STATUS_TIMEOUT_MS } from '../../../nodes/Veo/api/client';
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

/** How long the rate limiter can delay a call: one Retry-After, and the calls of all other items. */
const MAX_THROTTLING_MS = 110_000;
/** How much earlier a durable wait can end for each jump of the clock: one suspension, and a minute. */
const MAX_RESUME_ERROR_MS = 200_000;
/** The same if the API sends callbacks, since its suspensions take ten minutes. */
const MAX_CALLBACK_RESUME_ERROR_MS = 700_000;

/** The violations of the invariants by an execution, as sentences. */
export function violatedInvariants(scenario: Scenario, execution: Execution): string[] {
	return [
		...paidTwice(execution),
		...lostJobs(execution),
		...unreportedJobs(execution),
		...polledTooOften(scenario, execution),
		...waitedTooLong(scenario, execution),
		...timedOutTooEarly(scenario, execution),
		...throttledTooOften(scenario, execution),
		...mismatchedItems(execution),
		...activeAfterCancel(scenario, execution),
		// a durable wait ends in the sub-workflow, which cannot access the records
		...(scenario.durable ? [] : leftoverRecords(execution)),
	];
}

const ends = ({ runs }: Pick<Execution, 'runs'>): ItemEnd[] =>
	runs.flatMap(({ results }) =>
		results.flatMap((result) => (result ? [result.ok ? result.value : result.error] : [])),
	);

const waits = (execution: Execution) =>
	ends(execution).flatMap(({ uuid, outcome, wait }) => (wait ? [{ uuid, outcome, ...wait }] : []));

/** Each item is accepted once, and once more for each job whose failure the client received. */
function paidTwice({ api }: Execution): string[] {
	return api.jobs
		.filter(({ item }, index) =>
			api.jobs.slice(0, index).some((other) => other.item === item && !other.isFailureKnown),
		)
		.map(({ item, uuid }) => `item ${item} was paid for twice (${uuid})`);
}

/**
 * The ID of an accepted job is in an output, an error, a record or the report of a run. If the client
 * does not know it, the item's error or the report says that the request may have been accepted.
 */
function lostJobs({ api, runs, context }: Execution): string[] {
	const reported = new Set([
		...ends({ runs }).map(({ uuid }) => uuid),
		...runs.flatMap(({ summary }) => [...summary.uuids.values()]),
	]);
	const saved = JSON.stringify(context);
	const isInDoubt = (item: number) =>
		runs.some(({ results, summary }) => {
			const result = results[item];
			return summary.inDoubt.includes(item) || (result && !result.ok && result.error.isInDoubt);
		});
	return api.jobs
		.filter(({ uuid }) => !reported.has(uuid) && !saved.includes(`"${uuid}"`))
		.filter(({ item, isIdKnown }) => isIdKnown || !isInDoubt(item))
		.map(({ item, uuid }) => `${uuid} of item ${item} is lost`);
}

/** Each run reports what it has submitted and neither returned nor recorded as failed. */
function unreportedJobs({ api, runs }: Execution): string[] {
	return runs.flatMap(({ results, summary, endedMs }, index) => {
		const uuids = new Set(summary.uuids.values());
		const attempt = index + 1;
		return api.jobs
			.filter((job) => job.attempt === attempt && job.createdMs <= endedMs)
			.filter(({ uuid, item }) => {
				const result = results[item];
				const end = result && (result.ok ? result.value : result.error);
				return !(uuids.has(uuid) || summary.inDoubt.includes(item) || end?.uuid === uuid);
			})
			.map(({ uuid, item }) => `run ${attempt} does not report ${uuid} of item ${item}`);
	});
}

/** So many status checks of a video, callbacks can cause without the interval. */
const MAX_UNPACED_POLLS = 5;

/**
 * Within a run, polls of the same job keep the interval and never overlap. The interval of polls that
 * callbacks cause is measured by the wall clock.
 */
function polledTooOften(scenario: Scenario, { api }: Execution): string[] {
	const { pollIntervalMs, clockJumps } = scenario;
	const hasCallbacks = scenario.durable && scenario.callbacks !== null;
	const unpaced = !hasCallbacks ? 0 : clockJumps.length > 0 ? Infinity : MAX_UNPACED_POLLS;
	const counts = new Map<string, number>();
	const violations: string[] = [];
	const latest = new Map<string, RequestRecord>();
	for (const poll of api.requests) {
		if (poll.endpoint !== 'status' || poll.uuid === undefined) continue;
		const previous = latest.get(poll.uuid);
		latest.set(poll.uuid, poll);
		const key = `${poll.attempt} ${poll.uuid}`;
		const count = (counts.get(key) ?? 0) + 1;
		counts.set(key, count);
		if (!previous || previous.attempt !== poll.attempt) continue;
		const passedMs = poll.sentMs - previous.sentMs;
		if (poll.sentMs < previous.settledMs) violations.push(`two polls of ${poll.uuid} overlap`);
		if (passedMs < pollIntervalMs && count > unpaced) {
			violations.push(`${poll.uuid} was polled again after ${passedMs} ms`);
		}
	}
	return violations;
}

function stalledMs({ stalls }: Scenario): number {
	return stalls.reduce((sum, { ms }) => sum + ms, 0);
}

/** Stalls and jumps back of the clock prolong a wait; in process, jumps have no effect. */
function waitedTooLong(scenario: Scenario, execution: Execution): string[] {
	const { timeoutMs, durable, clockJumps } = scenario;
	const jumpsMs = clockJumps.reduce((sum, { byMs }) => sum + Math.abs(byMs), 0);
	const limitMs =
		stalledMs(scenario) +
		(durable
			? Math.max(timeoutMs, MIN_SUSPENSION_MS) + FINAL_POLL_CYCLE_MS + jumpsMs
			: timeoutMs + FINAL_POLL_TIMEOUT_MS + SLACK_MS);
	return waits(execution).flatMap(({ uuid, startedMs, endedMs, reportedMs }) => {
		const waitedMs = endedMs - startedMs;
		return [
			...(waitedMs > limitMs ? [`the wait for ${uuid} took ${waitedMs} ms`] : []),
			...(!durable && reportedMs !== waitedMs
				? [`the wait for ${uuid} took ${waitedMs} ms instead of ${reportedMs} ms`]
				: []),
		];
	});
}

/** A wait times out only at its deadline, after a final poll. */
function timedOutTooEarly(scenario: Scenario, execution: Execution): string[] {
	const { timeoutMs, durable, pollIntervalMs, clockJumps, callbacks } = scenario;
	const errorMs = callbacks ? MAX_CALLBACK_RESUME_ERROR_MS : MAX_RESUME_ERROR_MS;
	return waits(execution)
		.filter(({ outcome }) => outcome === 'timedOut')
		.flatMap(({ uuid, startedMs, endedMs }) => {
			const polls = execution.api.requests.filter((request) => request.uuid === uuid);
			const isThrottled = execution.api.requests.some(
				(request) => request.isThrottled && request.sentMs <= endedMs,
			);
			const throttledMs = isThrottled ? MAX_THROTTLING_MS + stalledMs(scenario) : 0;
			const earlyMs = durable
				? SLACK_MS + errorMs * clockJumps.length
				: pollIntervalMs + throttledMs;
			const deadlineMs = startedMs + timeoutMs;
			// the process can be stalled for a second and a half before the node detects it
			const finalMs = deadlineMs - pollIntervalMs - STATUS_TIMEOUT_MS - 1_500 - throttledMs;
			const hasFinalPoll =
				(isThrottled && finalMs <= startedMs) ||
				polls.some(({ sentMs }) => sentMs >= Math.max(finalMs, startedMs) && sentMs <= endedMs);
			return [
				...(endedMs < deadlineMs - earlyMs
					? [`${uuid} timed out after ${endedMs - startedMs} ms`]
					: []),
				...(!durable && !hasFinalPoll ? [`${uuid} timed out without a final poll`] : []),
			];
		});
}

/**
 * A server with a rate limit rejects only a part of the requests, apart from the first ones of each run.
 * The poll cycles of a durable wait are too short to adapt.
 */
function throttledTooOften(scenario: Scenario, { api, runs }: Execution): string[] {
	const { items, maxRequestsPerSecond, faults, durable } = scenario;
	if (maxRequestsPerSecond === null || durable) return [];
	const throttled = api.requests.filter(({ isThrottled }) => isThrottled).length;
	const limit = faults.length + 4 * items.length * (runs.length + 1) + api.requests.length / 2;
	return throttled > limit
		? [`${throttled} of ${api.requests.length} requests were throttled`]
		: [];
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

/** After a cancellation nothing is sent, and the node returns within a second without a stall. */
function activeAfterCancel(scenario: Scenario, execution: Execution): string[] {
	const { api, canceledMs, runs } = execution;
	const limitMs = canceledMs + 1_000 + stalledMs(scenario);
	// an upload may still open its file; it is free
	const late = api.requests.filter(
		({ isAfterCancel, endpoint }) => isAfterCancel && endpoint !== 'upload',
	);
	const slow = runs.filter(({ endedMs, isCanceled }) => isCanceled && endedMs > limitMs);
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
