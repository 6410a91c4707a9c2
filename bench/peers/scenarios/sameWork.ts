// The same work for all subjects, on the fast clock.
import { NEVER_SECONDS, REJECTED, type Fault } from '../mockApi/behavior';
import { FAULTS, type FaultName, type Figures, type Survival } from '../results';
import { isOurs } from '../subjects';
import { prompts, type BenchmarkEnvironment, type ScenarioResult } from './environment';

/** Executions of one item; the median counts. */
const EXECUTIONS = 3;
/** When a job that never ends is canceled. */
const GIVE_UP_SECONDS = 1200;
/** Two valid items and one whose prompt the API rejects at no cost. */
const WITH_INVALID_ITEM = [...prompts(2), `A lighthouse ${REJECTED}`];
const TRIES = 3;

/** All affect one job, after a successful first poll. */
const POLL_FAULTS: Record<FaultName, Fault[]> = {
	'503': [{ on: 'poll', kind: '503', nth: 1 }],
	'429': [{ on: 'poll', kind: '429', nth: 1 }],
	reset: [{ on: 'poll', kind: 'reset', nth: 1 }],
	threeInARow: [
		{ on: 'poll', kind: '503', nth: 1 },
		{ on: 'poll', kind: '429', nth: 2 },
		{ on: 'poll', kind: 'reset', nth: 3 },
	],
};

type SameWork = Omit<Figures, 'cancel' | 'real'>;

/** @param isFull - whether to also measure 100 items, for subjects that are fast enough */
export async function measureSameWork(
	environment: BenchmarkEnvironment,
	isFull: boolean,
): Promise<SameWork> {
	const { subject } = environment;
	const one = await timeOne(environment);
	const measuresHundred = isFull && isOurs(subject);
	const [ten, hundred, never, paid, ...survivals] = await Promise.all([
		timeAll(environment, 10),
		measuresHundred ? timeAll(environment, 100) : NaN,
		waitForever(environment),
		countPaid(environment),
		...FAULTS.map(async (name) => [name, await survive(environment, POLL_FAULTS[name])] as const),
	]);
	const faults: SameWork['faults'] = {
		...{ '503': 'failsIdLost', '429': 'failsIdLost', reset: 'failsIdLost' },
		threeInARow: 'failsIdLost',
	};
	for (const [name, survival] of survivals) faults[name] = survival;
	return {
		label: subject.label,
		one,
		ten,
		hundred: { seconds: measuresHundred ? hundred : 10 * ten, measured: measuresHundred },
		faults,
		never,
		...paid,
	};
}

async function timeOne(environment: BenchmarkEnvironment): Promise<Figures['one']> {
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

async function survive(environment: BenchmarkEnvironment, faults: Fault[]): Promise<Survival> {
	const result = await environment.run({ prompts: prompts(1), behavior: { faults } });
	if (result.outcome.error === undefined) return 'survives';
	return keepsId(result) ? 'failsIdKept' : 'failsIdLost';
}

/** Whether the error contains the ID of the paid job. */
function keepsId({ outcome, history }: ScenarioResult): boolean {
	return history.jobs.every(({ id }) => outcome.error?.includes(id));
}

async function waitForever(environment: BenchmarkEnvironment): Promise<Figures['never']> {
	const result = await environment.run({
		prompts: prompts(1),
		behavior: { jobSeconds: [NEVER_SECONDS] },
		cancelAfterSeconds: GIVE_UP_SECONDS,
	});
	const { seconds, canceledAt } = result.outcome;
	return { seconds: canceledAt === undefined ? seconds : null, idKept: keepsId(result) };
}

type Paid = Pick<Figures, 'retryOnFail' | 'retryExecution' | 'lostResponse'>;

async function countPaid(environment: BenchmarkEnvironment): Promise<Paid> {
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

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
