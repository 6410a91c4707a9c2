import { ourFigures, type Figures, type PollingFigures, type Results } from '../results';

/** Headings and rows. */
export type Table = string[][];

type Cell = (figures: Figures, ours: Figures) => string;

/** A value and its ratio to this node's. */
function withRatio(valueOf: (figures: Figures) => number): Cell {
	return (figures, ours) => {
		const value = valueOf(figures).toFixed(0);
		if (figures === ours || valueOf(ours) === 0) return value;
		return `${value} (${(valueOf(figures) / valueOf(ours)).toFixed(1)}x)`;
	};
}

const inSeconds = (value: number | null) => value?.toFixed(1) ?? '-';
const hundredItems: Cell = (figures, ours) =>
	(figures.hundred.measured ? '' : '~') +
	withRatio(({ hundred }) => hundred.seconds)(figures, ours);

const ROWS: Array<[title: string, cell: Cell]> = [
	['1 item: time (s)', withRatio(({ one }) => one.seconds)],
	['status checks per video', withRatio(({ one }) => one.polls)],
	['10 items: time (s)', withRatio(({ ten }) => ten)],
	['100 items: time (s)', hundredItems],
	['status check: one 503', ({ faults }) => faults['503']],
	['status check: one 429', ({ faults }) => faults['429']],
	['status check: one connection reset', ({ faults }) => faults.reset],
	['status check: all three in a row', ({ faults }) => faults.threeInARow],
	[
		'job never ends: fails after (s)',
		({ never: { seconds, idKept } }) =>
			`${seconds?.toFixed(0) ?? 'never'}, video ID ${idKept ? 'kept' : 'lost'}`,
	],
	['time to cancel (s)', ({ cancel }) => inSeconds(cancel.seconds)],
	['requests after canceling', ({ cancel }) => cancel.requests.toFixed(0)],
	['Retry On Fail: videos paid (of 2)', withRatio(({ retryOnFail }) => retryOnFail)],
	['Retry Execution: videos paid (of 2)', withRatio(({ retryExecution }) => retryExecution)],
	['submit response lost: videos paid (of 1)', withRatio(({ lostResponse }) => lostResponse)],
	['1 item, real time (s)', ({ real }) => inSeconds(real.one)],
	['10 items, real time (s)', ({ real }) => inSeconds(real.ten)],
];

export function sameWorkTable(results: Results): Table {
	const ours = ourFigures(results);
	const { subjects } = results;
	return [
		['jobs of 60 s', ...subjects.map(({ label }) => label)],
		...ROWS.map(([title, cell]) => [title, ...subjects.map((figures) => cell(figures, ours))]),
	];
}

export function pollingTable({ polling }: Results): Table {
	const cells = ({ polls, maxPolls, lag, maxLag }: PollingFigures['node']) => [
		`${polls.toFixed(1)} (${maxPolls})`,
		`${lag.toFixed(1)} (${maxLag.toFixed(1)})`,
	];
	return [
		[
			...['job (s)', 'estimates', 'checks', 'lag (s)'],
			...['every 5 s: checks', 'lag (s)', 'every 10 s: checks', 'lag (s)'],
		],
		...[...polling]
			.sort((a, b) => a.jobSeconds - b.jobSeconds)
			.map(({ jobSeconds, estimates, node, every5, every10 }) => [
				String(jobSeconds),
				estimates,
				...[node, every5, every10].flatMap(cells),
			]),
	];
}

export function overheadTable({ overhead: { node, minimalNode, loop } }: Results): Table {
	const row = (title: string, seconds: number) => [
		title,
		seconds.toFixed(2),
		`${(seconds / node).toFixed(2)}x`,
		`${(seconds / loop).toFixed(2)}x`,
	];
	return [
		['1,000 status checks', 'time (s)', 'relative to this node', 'relative to the loop'],
		row('this node, Get Status', node),
		row('minimal n8n node', minimalNode),
		row('plain axios loop', loop),
	];
}

export function cpuTable({ overhead: { cpu } }: Results): Table {
	const total = cpu.reduce((sum, [, seconds]) => sum + seconds, 0);
	return [
		['code', 'share of time'],
		...cpu.map(([owner, seconds]) => [owner, `${((100 * seconds) / total).toFixed(0)}%`]),
	];
}
