import { ourFigures, type PollingFigures, type Results } from '../results';
import type { Table } from './tables';

/** A target of the project, the measured value, and whether it is met; undefined: not measured. */
type Target = [target: string, measured: string, isMet: boolean | undefined];

const JOB_SECONDS = 60;
/** Jobs in a row if 100 items are processed ten at a time. */
const JOBS_IN_A_ROW = 10;
/** Time to send a status check, seconds of the fast clock, by which any interval is exceeded. */
const LATENCY_SECONDS = 0.5;

const seconds = (value: number) => `${value.toFixed(1)} s`;
const times = (value: number) => `${value.toFixed(2)} times`;

function workTargets(results: Results): Target[] {
	const ours = ourFigures(results);
	const { one, ten } = ours.real;
	const tenRatio = one !== null && ten !== null ? ten / one : ours.ten / ours.one.seconds;
	const { hundred, cancel, retryOnFail, retryExecution, lostResponse } = ours;
	const hundredRatio = hundred.seconds / (JOBS_IN_A_ROW * JOB_SECONDS);
	const survivals = Object.values(ours.faults);
	const survived = survivals.filter((survival) => survival === 'survives').length;
	return [
		['10 items take at most 1.1 times as long as 1 item', times(tenRatio), tenRatio <= 1.1],
		[
			'100 items, 10 at a time, take at most 1.1 times as long as ten jobs in a row',
			hundred.measured ? times(hundredRatio) : 'not measured',
			hundred.measured ? hundredRatio <= 1.1 : undefined,
		],
		[
			'Each single fault of a status check is survived, and three in a row',
			`${survived} of ${survivals.length}`,
			survived === survivals.length,
		],
		[
			'A submit whose response is lost is sent exactly once, also with Retry On Fail',
			`${lostResponse} paid`,
			lostResponse === 1,
		],
		[
			'Retry On Fail and Retry Execution never pay twice for the same video',
			`${retryOnFail} and ${retryExecution} paid for 2 videos`,
			retryOnFail === 2 && retryExecution === 2,
		],
		[
			'Canceling takes effect within 1 s, and no request follows',
			`${seconds(cancel.seconds)}, ${cancel.requests} requests`,
			cancel.seconds <= 1 && cancel.requests === 0,
		],
	];
}

function pollingTargets(figures: PollingFigures[]): Target[] {
	const accurate = figures.filter(
		({ estimates, jobSeconds }) => estimates === 'accurate' && jobSeconds === 120,
	);
	const absent = figures.filter(({ estimates }) => estimates === 'absent');
	const inaccurate = figures.filter(({ estimates }) => !['accurate', 'absent'].includes(estimates));
	const max = (of: PollingFigures[], value: (figures: PollingFigures) => number) =>
		Math.max(...of.map(value));
	const polls = max(accurate, ({ node }) => node.polls);
	const lag = max(accurate, ({ node }) => node.lag);
	const inaccurateLag = max(inaccurate, ({ node }) => node.maxLag);
	const extraLag = ({ node, every10 }: PollingFigures) => node.lag - every10.lag;
	const [worst] = [...absent].sort((a, b) => extraLag(b) - extraLag(a));
	const absentLag = max(absent, ({ node }) => node.maxLag);
	const morePolls = absent.reduce((sum, { morePollsThan5 }) => sum + morePollsThan5, 0);
	return [
		[
			'Jobs of 120 s, accurate estimates: on average at most 6 status checks and 2 s of lag',
			`${polls.toFixed(1)} checks, ${seconds(lag)}`,
			polls <= 6 && lag <= 2,
		],
		[
			'Inaccurate estimates: never more than 30 s of lag',
			seconds(inaccurateLag),
			inaccurateLag <= 30 + LATENCY_SECONDS,
		],
		[
			'No estimates: for each duration no more lag on average than with a check every 10 s',
			worst
				? `worst at ${worst.jobSeconds} s: ${seconds(worst.node.lag)}, compared with ${seconds(worst.every10.lag)}`
				: 'not measured',
			worst && extraLag(worst) <= LATENCY_SECONDS,
		],
		[
			'No estimates: at most 10 s of lag for any job',
			seconds(absentLag),
			absentLag <= 10 + LATENCY_SECONDS,
		],
		[
			'No estimates: no job needs more status checks than with a check every 5 s',
			`${morePolls} jobs with more`,
			morePolls === 0,
		],
	];
}

export function targetsTable(results: Results): Table {
	const { node, minimalNode, loop } = results.overhead;
	const overhead: Target = [
		'1,000 status checks take at most 1.5 times as long as a plain axios loop',
		`${times(node / loop)}; minimal n8n node: ${times(minimalNode / loop)}`,
		node / loop <= 1.5,
	];
	const all = [...workTargets(results), ...pollingTargets(results.polling), overhead];
	return [
		['target', 'measured', 'result'],
		...all.map(([target, measured, isMet]) => [
			target,
			measured,
			isMet === undefined ? 'not measured' : isMet ? 'met' : 'not met',
		]),
	];
}
