import { MIN_SUSPENSION_MS } from '../../../nodes/Veo/jobs/durableWait';
import type { Execution, ItemEnd } from './simulation';
import type { Script } from './script';

/** What a look that is sent at the deadline is given to be answered. */
const FINAL_POLL_TIMEOUT_MS = 2_000;
/** Timers of the node may be this late. */
const SLACK_MS = 1_000;
/**
 * A round of a durable wait comes when the last job is due (132 s at most), and may last as long as
 * three looks that hang (20 s each) and two pauses that the API asks for (60 s, and the jitter).
 */
const LATE_ROUND_MS = 400_000;

/** All promises that an execution broke, as sentences; [] if it kept them. */
export function violatedInvariants(script: Script, execution: Execution): string[] {
	return [
		...paidTwice(execution),
		...lostFromView(execution),
		...lookedTooOften(script, execution),
		...pastTheDeadline(script, execution),
		...mixedUp(execution),
		...sentAfterStop(execution),
		// a durable wait ends where the ledger cannot be reached
		...(script.durable ? [] : leftBehind(execution)),
	];
}

const ends = ({ runs }: Execution): ItemEnd[] =>
	runs.flatMap(({ outcomes }) =>
		outcomes.flatMap((outcome) => (outcome ? [outcome.ok ? outcome.value : outcome.error] : [])),
	);

/** Each item is accepted once, and once more for every time that its video is known to have failed. */
function paidTwice({ api }: Execution): string[] {
	return api.jobs
		.filter(({ item }, nth) =>
			api.jobs.slice(0, nth).some((other) => other.item === item && !other.toldFailed),
		)
		.map(({ item, uuid }) => `item ${item} was paid for again (${uuid})`);
}

/** An accepted job is in an output, an error, or the ledger; if its answer was lost, in a doubt. */
function lostFromView(execution: Execution): string[] {
	const known = new Set(ends(execution).map(({ uuid }) => uuid));
	const saved = JSON.stringify(execution.context);
	const { runs } = execution;
	return execution.api.jobs
		.filter(({ uuid }) => !known.has(uuid) && !saved.includes(`"${uuid}"`))
		.filter(({ item, told }) => {
			const doubts = runs.some(({ outcomes }) => {
				const outcome = outcomes[item];
				return outcome && !outcome.ok && outcome.error.isInDoubt;
			});
			return told || !doubts;
		})
		.map(({ item, uuid }) => `${uuid} of item ${item} is lost from view`);
}

/** Looks at one job keep the interval within a run, and are never two at once. */
function lookedTooOften({ pollIntervalMs }: Script, { api }: Execution): string[] {
	const broken: string[] = [];
	const latest = new Map<string, (typeof api.seen)[number]>();
	for (const look of api.seen) {
		if (look.endpoint !== 'look' || look.uuid === undefined) continue;
		const previous = latest.get(look.uuid);
		latest.set(look.uuid, look);
		if (!previous || previous.attempt !== look.attempt) continue;
		if (look.sentMs < previous.answeredMs) broken.push(`two looks at ${look.uuid} at once`);
		if (look.sentMs - previous.sentMs < pollIntervalMs) {
			broken.push(`${look.uuid} was looked at after ${look.sentMs - previous.sentMs} ms`);
		}
	}
	return broken;
}

function pastTheDeadline({ timeoutMs, durable }: Script, execution: Execution): string[] {
	const limit = durable
		? Math.max(timeoutMs, MIN_SUSPENSION_MS) + LATE_ROUND_MS
		: timeoutMs + FINAL_POLL_TIMEOUT_MS + SLACK_MS;
	return ends(execution)
		.filter(({ waitedMs }) => waitedMs > limit)
		.map(({ uuid, waitedMs }) => `${uuid} was waited for ${waitedMs} ms`);
}

/** Each item's output is about its own video. */
function mixedUp({ api, runs }: Execution): string[] {
	return runs.flatMap(({ outcomes }) =>
		outcomes.flatMap((outcome, item) => {
			if (!outcome?.ok) return [];
			const { uuid, prompt } = outcome.value;
			const job = api.jobs.find((candidate) => candidate.uuid === uuid);
			const right = job?.item === item && prompt === `item ${item}`;
			return right ? [] : [`item ${item} got ${uuid} (${String(prompt)})`];
		}),
	);
}

function sentAfterStop({ api, stoppedMs, runs }: Execution): string[] {
	// an upload may be on its way already, its file being opened; it costs nothing
	const late = api.seen.filter(({ afterStop, endpoint }) => afterStop && endpoint !== 'upload');
	const slow = runs.filter(({ endedMs, stopped }) => stopped && endedMs > stoppedMs + 1000);
	return [
		...late.map(({ endpoint }) => `a ${endpoint} was sent after Stop`),
		...slow.map(({ endedMs }) => `it was back ${endedMs - stoppedMs} ms after Stop`),
	];
}

/** A run that ended well leaves nothing in the context. */
function leftBehind({ runs, context }: Execution): string[] {
	const endedWell = runs.at(-1)?.outcomes.every((outcome) => outcome?.ok);
	const saved = JSON.stringify(context);
	return endedWell && saved !== '{"veoJobs":{}}' ? [`the ledger still holds ${saved}`] : [];
}
