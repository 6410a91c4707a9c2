import type { Figures, Survival, Trouble } from '../scenes/figures';
import type { Looks, LooksFigures } from '../scenes/looks';
import type { OverheadFigures } from '../scenes/overhead';
import { oursAndTheirs, type Results } from '../scenes/results';

export interface Table {
	headings: string[];
	rows: string[][];
}

const SURVIVAL: Record<Survival, string> = {
	survives: 'survives',
	failsIdKept: 'fails, id kept',
	failsIdLost: 'fails, id lost',
};

const number = (value: number, digits = 0) => value.toFixed(digits);
const measured = (value: number | null) => (value === null ? '-' : number(value, 1));
const times = (value: number, ours: number) => `${number(value / ours, 1)}x`;

/** A value of the contestant, and how many times this node's it is. */
function withRatio(value: (figures: Figures) => number, digits = 0, mark = '') {
	return (figures: Figures, ours: Figures) => {
		const text = mark + number(value(figures), digits);
		if (figures === ours || value(ours) === 0) return text;
		return `${text} (${times(value(figures), value(ours))})`;
	};
}

const trouble = (kind: Trouble) => (figures: Figures) => SURVIVAL[figures.troubles[kind]];

function never({ never: { seconds, idKept } }: Figures): string {
	const id = idKept ? 'id kept' : 'id lost';
	return seconds === null ? `never, ${id}` : `${number(seconds)}, ${id}`;
}

function hundred(figures: Figures, ours: Figures): string {
	const mark = figures.hundred.measured ? '' : '~';
	return withRatio(({ hundred: { seconds } }) => seconds, 0, mark)(figures, ours);
}

const ROWS: Array<[string, (figures: Figures, ours: Figures) => string]> = [
	['1 item, seconds', withRatio(({ one }) => one.seconds)],
	['looks at its job', withRatio(({ one }) => one.looks)],
	['10 items, seconds', withRatio(({ ten }) => ten)],
	['100 items, seconds', hundred],
	['one 503 on a look', trouble('503')],
	['one 429 on a look', trouble('429')],
	['one connection reset', trouble('reset')],
	['all three in a row', trouble('threeInARow')],
	['job never ends: gives up after s', never],
	['Stop: back after s', ({ stop }) => number(stop.seconds, 1)],
	['requests after Stop', ({ stop }) => number(stop.requests)],
	['Retry On Fail: videos paid (of 2)', withRatio(({ retryOnFail }) => retryOnFail)],
	['Retry Execution: paid (of 2)', withRatio(({ retryExecution }) => retryExecution)],
	["submit's answer lost: paid (of 1)", withRatio(({ lostAnswer }) => lostAnswer)],
	['1 item, real clock, seconds', ({ real }) => measured(real.one)],
	['10 items, real clock, seconds', ({ real }) => measured(real.ten)],
];

/** The same work for all, this node first, with ratios to it. */
export function workTable(results: Results): Table {
	const { ours } = oursAndTheirs(results);
	const { contestants } = results;
	return {
		headings: ['jobs of 60 s', ...contestants.map(({ label }) => label)],
		rows: ROWS.map(([title, cell]) => [title, ...contestants.map((who) => cell(who, ours))]),
	};
}

const looks = ({ looks: mean, mostLooks }: Looks) => `${number(mean, 1)} (${mostLooks})`;
const lag = ({ lag: mean, worstLag }: Looks) => `${number(mean, 1)} (${number(worstLag, 1)})`;

/** Looks and lag, mean and (most), by the length of the job and the honesty of the API. */
export function looksTable(figures: LooksFigures[]): Table {
	return {
		headings: ['job, s', 'estimates', 'looks', 'lag, s', 'every 5 s', 'lag', 'every 10 s', 'lag'],
		rows: [...figures]
			.sort((a, b) => a.length - b.length)
			.map(({ length, estimates, node, fixed }) => [
				number(length),
				estimates,
				looks(node),
				lag(node),
				looks(fixed[5]),
				lag(fixed[5]),
				looks(fixed[10]),
				lag(fixed[10]),
			]),
	};
}

export function overheadTable({ node, plainNode, bareLoop }: OverheadFigures): Table {
	const row = (title: string, seconds: number) => [
		title,
		number(seconds, 2),
		`${number(seconds / node, 2)}x`,
		`${number(seconds / bareLoop, 2)}x`,
	];
	return {
		headings: ['1,000 status look-ups', 'seconds', 'to this node', 'to the bare loop'],
		rows: [
			row('this node, Get Status', node),
			row('the plainest node that n8n can run', plainNode),
			row('a bare axios loop', bareLoop),
		],
	};
}

/** Where the processor's time of one run of the node went, most first. */
export function busyTable({ busy }: OverheadFigures): Table {
	const total = busy.reduce((sum, [, seconds]) => sum + seconds, 0);
	return {
		headings: ['whose code', 'share'],
		rows: busy.map(([owner, seconds]) => [owner, `${number((100 * seconds) / total)} %`]),
	};
}
