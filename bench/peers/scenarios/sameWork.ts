// The same work for all subjects, on the fast clock.
import { NEVER_SECONDS, REJECTED, type Fault } from '../mockApi/behavior';
import { OUR_SUBJECT } from '../subjects';
import { prompts, type BenchmarkEnvironment, type ScenarioResult } from './environment';
import { median } from '../../support/median';

/** Executions of one item; the median counts. */
const EXECUTIONS = 3;
/** When a job that never ends is canceled. */
const GIVE_UP_SECONDS = 1200;
/** Two valid items and one whose prompt the API rejects at no cost. */
const WITH_INVALID_ITEM = [...prompts(2), `A lighthouse ${REJECTED}`];
const TRIES = 3;

/** @param isFull - whether to also measure 100 items, for subjects that are fast enough */
export async function measureSameWork(environment: BenchmarkEnvironment, isFull: boolean) {
	const { subject } = environment;
	const one = await timeOne(environment);
	const measured = isFull && subject === OUR_SUBJECT;
	const [ten, hundred, faults, never, paid] = await Promise.all([
		timeAll(environment, 10),
		measured ? timeAll(environment, 100) : NaN,
		pollWithFaults(environment),
		waitForever(environment),
		countPaid(environment),
	]);
	// nodes that process one item after the other would take hours for 100
	const hundredItems = { seconds: measured ? hundred : 10 * ten, measured };
	return { label: subject.label, one, ten, hundred: hundredItems, faults, never, ...paid };
}

async function timeOne(environment: BenchmarkEnvironment) {
	const results: ScenarioResult[] = [];
	while (results.length < EXECUTIONS) results.push(await runAll(environment, 1));
	return {
		seconds: median(results.map(({ outcome }) => outcome.seconds)),
		polls: median(results.map(({ history }) => history.jobs[0]?.polls.length ?? 0)),
	};
}

export async function timeAll(environment: BenchmarkEnvironment, count: number): Promise<number> {
	return (await runAll(environment, count)).outcome.seconds;
}

/** @throws Error if an execution without faults failed, since nothing can be measured then */
async function runAll(environment: BenchmarkEnvironment, count: number): Promise<ScenarioResult> {
	const result = await environment.run({ prompts: prompts(count) });
	const { items, error = '' } = result.outcome;
	if (items.length === count) return result;
	throw new Error(`${environment.subject.label}: ${items.length} of ${count} items. ${error}`);
}

/** Injects faults into the status checks of one job, after a successful first one. */
async function pollWithFaults(environment: BenchmarkEnvironment) {
	const survive = async (...kinds: Array<Fault['kind']>) => {
		const faults = kinds.map((kind, index): Fault => ({ on: 'poll', kind, nth: index + 1 }));
		const result = await environment.run({ prompts: prompts(1), behavior: { faults } });
		if (result.outcome.error === undefined) return 'survives';
		return keepsId(result) ? 'fails, video ID kept' : 'fails, video ID lost';
	};
	const [on503, on429, reset, threeInARow] = await Promise.all([
		survive('503'),
		survive('429'),
		survive('reset'),
		survive('503', '429', 'reset'),
	]);
	return { '503': on503, '429': on429, reset, threeInARow };
}

/** Whether the error contains the ID of the paid job. */
function keepsId({ outcome, history }: ScenarioResult): boolean {
	return history.jobs.every(({ id }) => outcome.error?.includes(id));
}

/** The time until the node fails; null if it was canceled before. */
async function waitForever(environment: BenchmarkEnvironment) {
	const result = await environment.run({
		prompts: prompts(1),
		behavior: { jobSeconds: [NEVER_SECONDS] },
		cancelAfterSeconds: GIVE_UP_SECONDS,
	});
	const { seconds, canceledAt } = result.outcome;
	return { seconds: canceledAt === undefined ? seconds : null, idKept: keepsId(result) };
}

/** Videos paid for: with an invalid item among three, and if the response to a submit is lost. */
async function countPaid(environment: BenchmarkEnvironment) {
	const faults: Fault[] = [{ on: 'submit', kind: 'reset', nth: 0 }];
	const [retryOnFail, retryExecution, lostResponse] = await Promise.all([
		environment.run({ prompts: WITH_INVALID_ITEM, maxTries: TRIES }),
		environment.run({ prompts: WITH_INVALID_ITEM, retryExecution: true }),
		environment.run({ prompts: prompts(1), behavior: { faults }, maxTries: TRIES }),
	]);
	return {
		retryOnFail: retryOnFail.history.jobs.length,
		retryExecution: retryExecution.history.jobs.length,
		lostResponse: lostResponse.history.jobs.length,
	};
}
