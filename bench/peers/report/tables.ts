import {
	ourFigures,
	type FaultName,
	type Figures,
	type OverheadFigures,
	type Polling,
	type PollingFigures,
	type Results,
	type Survival,
} from '../results';

export interface Table {
	headings: string[];
	rows: string[][];
}

type Cell = (figures: Figures, ours: Figures) => string;

const SURVIVAL: Record<Survival, string> = {
	survives: 'survives',
	failsIdKept: 'fails, video ID kept',
	failsIdLost: 'fails, video ID lost',
};

/** A value and its ratio to this node's. */
function withRatio(valueOf: (figures: Figures) => number): Cell {
	return (figures, ours) => {
		const value = valueOf(figures).toFixed(0);
		if (figures === ours || valueOf(ours) === 0) return value;
		return `${value} (${(valueOf(figures) / valueOf(ours)).toFixed(1)}x)`;
	};
}

const survival =
	(name: FaultName): Cell =>
	({ faults }) =>
		SURVIVAL[faults[name]];

const inSeconds = (value: number | null) => value?.toFixed(1) ?? '-';

const ROWS: Array<[title: string, cell: Cell]> = [
	['1 item: time (s)', withRatio(({ one }) => one.seconds)],
	['status checks per video', withRatio(({ one }) => one.polls)],
	['10 items: time (s)', withRatio(({ ten }) => ten)],
	[
		'100 items: time (s)',
		(figures, ours) =>
			(figures.hundred.measured ? '' : '~') +
			withRatio(({ hundred }) => hundred.seconds)(figures, ours),
	],
	['status check: one 503', survival('503')],
	['status check: one 429', survival('429')],
	['status check: one connection reset', survival('reset')],
	['status check: all three in a row', survival('threeInARow')],
	[
		'job never ends: fails after (s)',
		({ never: { seconds, idKept } }) =>
			`${seconds?.toFixed(0) ?? 'never'}, video ID ${idKept ? 'kept' : 'lost'}`,
	],
	['time to cancel (s)', ({ cancel }) => inSeconds(cancel.seconds)],
	['requests after canceling', ({ cancel }) => cancel.requests.toFixed(0)],
	['Retry On Fail: videos paid (minimum 2)', withRatio(({ retryOnFail }) => retryOnFail)],
	['Retry Execution: videos paid (minimum 2)', withRatio(({ retryExecution }) => retryExecution)],
	['submit response lost: videos paid (minimum 1)', withRatio(({ lostResponse }) => lostResponse)],
	['1 item, real time (s)', ({ real }) => inSeconds(real.one)],
	['10 items, real time (s)', ({ real }) => inSeconds(real.ten)],
];

export function sameWorkTable(results: Results): Table {
	const ours = ourFigures(results);
	const { subjects } = results;
	return {
		headings: ['jobs of 60 s', ...subjects.map(({ label }) => label)],
		rows: ROWS.map(([title, cell]) => [title, ...subjects.map((figures) => cell(figures, ours))]),
	};
}

export function pollingTable(figures: PollingFigures[]): Table {
	const cells = ({ polls, maxPolls, lag, maxLag }: Polling) => [
		`${polls.toFixed(1)} (${maxPolls})`,
		`${lag.toFixed(1)} (${maxLag.toFixed(1)})`,
	];
	return {
		headings: [
			...['job (s)', 'estimates', 'checks', 'lag (s)'],
			...['every 5 s: checks', 'lag (s)', 'every 10 s: checks', 'lag (s)'],
		],
		rows: [...figures]
			.sort((a, b) => a.jobSeconds - b.jobSeconds)
			.map(({ jobSeconds, estimates, node, fixed }) => [
				String(jobSeconds),
				estimates,
				...[node, fixed[5], fixed[10]].flatMap(cells),
			]),
	};
}

export function overheadTable({ node, minimalNode, loop }: OverheadFigures): Table {
	const rows: Array<[string, number]> = [
		['this node, Get Status', node],
		['minimal n8n node', minimalNode],
		['plain axios loop', loop],
	];
	return {
		headings: ['1,000 status checks', 'time (s)', 'relative to this node', 'relative to the loop'],
		rows: rows.map(([title, seconds]) => [
			title,
			seconds.toFixed(2),
			`${(seconds / node).toFixed(2)}x`,
			`${(seconds / loop).toFixed(2)}x`,
		]),
	};
}

export function cpuTable({ cpu }: OverheadFigures): Table {
	const total = cpu.reduce((sum, [, seconds]) => sum + seconds, 0);
	return {
		headings: ['code', 'share of time'],
		rows: cpu.map(([owner, seconds]) => [owner, `${((100 * seconds) / total).toFixed(0)} %`]),
	};
}
