// What a fast clock would distort, measured in real time.
import { NEVER_SECONDS } from '../mockApi/behavior';
import { OUR_SUBJECT } from '../subjects';
import { prompts, type BenchmarkEnvironment } from './environment';
import { timeAll } from './sameWork';

/** When executions are canceled: at different points between two polls. */
const CANCEL_AFTER_SECONDS = [7, 12, 17];
/** Longer than any subject's delay between two polls. */
const WATCH_SECONDS = 16;

/** @param isFull - whether to also time executions of a minute */
export async function measureInRealTime(environment: BenchmarkEnvironment, isFull: boolean) {
	const [one, ten, ...cancellations] = await Promise.all([
		isFull ? timeAll(environment, 1) : null,
		// the other nodes would take ten minutes
		isFull && environment.subject === OUR_SUBJECT ? timeAll(environment, 10) : null,
		...CANCEL_AFTER_SECONDS.map((seconds) => cancelAfter(environment, seconds)),
	]);
	const cancel = {
		seconds: Math.max(...cancellations.map(({ seconds }) => seconds)),
		requests: Math.max(...cancellations.map(({ requests }) => requests)),
	};
	return { cancel, real: { one, ten } };
}

/** The time until the execution ended, and the number of requests after the cancellation. */
async function cancelAfter(environment: BenchmarkEnvironment, cancelAfterSeconds: number) {
	const { outcome, history } = await environment.run({
		prompts: prompts(3),
		behavior: { jobSeconds: [NEVER_SECONDS] },
		cancelAfterSeconds,
		watchSeconds: WATCH_SECONDS,
	});
	const { canceledAt, endedAt } = outcome;
	if (canceledAt === undefined) throw new Error(`${environment.subject.label} ended too early`);
	return {
		seconds: (endedAt - canceledAt) / 1000,
		requests: history.requests.filter((at) => at > canceledAt).length,
	};
}
