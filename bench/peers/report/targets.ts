import type { LooksFigures } from '../scenes/looks';
import { oursAndTheirs, type Results } from '../scenes/results';

/** Something that the project means to hold, beside what was measured. */
export interface Target {
	target: string;
	measured: string;
	/** undefined: this run did not measure it. */
	met: boolean | undefined;
}

const JOB_SECONDS = 60;
/** Rounds that 100 items take, ten at a time. */
const ROUNDS = 10;
/** What sending a look takes at most, seconds of the fast clock: no gap can be kept to the moment. */
const LATENCY_SECONDS = 0.5;

const seconds = (value: number) => `${value.toFixed(1)} s`;
const times = (value: number) => `${value.toFixed(2)} times`;

export function targets(results: Results): Target[] {
	const { ours } = oursAndTheirs(results);
	const { overhead, looks } = results;
	const { one, ten } = ours.real;
	const tenRatio = one !== null && ten !== null ? ten / one : ours.ten / ours.one.seconds;
	const hundredRatio = ours.hundred.seconds / (ROUNDS * JOB_SECONDS);
	const overheadRatio = overhead.node / overhead.bareLoop;
	const survived = Object.values(ours.troubles).filter((survival) => survival === 'survives');
	const troubles = Object.keys(ours.troubles).length;
	return [
		{
			target: '10 items in at most 1.1 times the time of 1',
			measured: times(tenRatio),
			met: tenRatio <= 1.1,
		},
		{
			target: '100 items, 10 at a time, in at most 1.1 times the ideal of ten jobs in a row',
			measured: ours.hundred.measured ? times(hundredRatio) : 'not measured',
			met: ours.hundred.measured ? hundredRatio <= 1.1 : undefined,
		},
		...lookTargets(looks),
		{
			target: 'Every single fault on a look survived, and three in a row',
			measured: `${survived.length} of ${troubles}`,
			met: survived.length === troubles,
		},
		{
			target: 'A submit whose answer is lost is sent exactly once, also with Retry On Fail',
			measured: `${ours.lostAnswer} paid`,
			met: ours.lostAnswer === 1,
		},
		{
			target: 'Retry On Fail and Retry Execution pay for no video twice',
			measured: `${ours.retryOnFail} and ${ours.retryExecution} paid for 2 videos`,
			met: ours.retryOnFail === 2 && ours.retryExecution === 2,
		},
		{
			target: 'Back within 1 s after Stop, and nothing sent any more',
			measured: `${seconds(ours.stop.seconds)}, ${ours.stop.requests} requests`,
			met: ours.stop.seconds <= 1 && ours.stop.requests === 0,
		},
		{
			target: '1,000 status look-ups in at most 1.5 times the time of a bare axios loop',
			measured: `${times(overheadRatio)}; the plainest node takes ${times(overhead.plainNode / overhead.bareLoop)}`,
			met: overheadRatio <= 1.5,
		},
	];
}

function lookTargets(looks: LooksFigures[]): Target[] {
	const truthful = looks.filter((one) => one.estimates === 'truthful' && one.length === 120);
	const absent = looks.filter(({ estimates }) => estimates === 'absent');
	const lying = looks.filter(({ estimates }) => !['truthful', 'absent'].includes(estimates));
	const most = (value: (figures: LooksFigures) => number, of: LooksFigures[]) =>
		Math.max(...of.map(value));
	const truthfulLooks = most(({ node }) => node.looks, truthful);
	const truthfulLag = most(({ node }) => node.lag, truthful);
	const lyingLag = most(({ node }) => node.worstLag, lying);
	const later = ({ node, fixed }: LooksFigures) => node.lag - fixed[10].lag;
	const [hardest] = [...absent].sort((a, b) => later(b) - later(a));
	const worstLag = most(({ node }) => node.worstLag, absent);
	const moreLooks = absent.reduce((sum, { moreLooksThan5 }) => sum + moreLooksThan5, 0);
	return [
		{
			target: 'A job of 120 s, truthful estimates: at most 6 looks and 2 s of lag in the mean',
			measured: `${truthfulLooks.toFixed(1)} looks, ${seconds(truthfulLag)}`,
			met: truthful.length === 0 ? undefined : truthfulLooks <= 6 && truthfulLag <= 2,
		},
		{
			target: 'Estimates that lie: never more than 30 s of lag',
			measured: lying.length === 0 ? 'not measured' : seconds(lyingLag),
			met: lying.length === 0 ? undefined : lyingLag <= 30 + LATENCY_SECONDS,
		},
		{
			target: 'No estimates: no more lag than looking every 10 s, in the mean of any length',
			measured: hardest
				? `${seconds(hardest.node.lag)} against ${seconds(hardest.fixed[10].lag)} at the hardest, ${hardest.length} s`
				: 'not measured',
			met: hardest && later(hardest) <= LATENCY_SECONDS,
		},
		{
			target: 'No estimates: for no job more lag than 10 s',
			measured: seconds(worstLag),
			met: worstLag <= 10 + LATENCY_SECONDS,
		},
		{
			target: 'No estimates: for no job more looks than looking every 5 s',
			measured: `${moreLooks} jobs with more`,
			met: moreLooks === 0,
		},
	];
}

export const verdict = ({ met }: Target) =>
	met === undefined ? 'not measured' : met ? 'met' : 'not met';
