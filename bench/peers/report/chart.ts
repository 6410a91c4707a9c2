import type { Figures } from '../scenes/figures';
import { oursAndTheirs, type Results } from '../scenes/results';

/** Pixels. */
const WIDTH = 880;
const TOP = 96;
const ROW = 46;
const NAMES_AT = 24;
const BARS_AT = 190;
const BARS_WIDTH = 250;
const MARKS_AT = 525;
const MARK_STEP = 58;

/** Columns of the strip beside the bars: a heading of two lines, and what earns a tick. */
const MARKS: Array<[first: string, second: string, earned: (figures: Figures) => boolean]> = [
	['one', '503', ({ troubles }) => troubles['503'] === 'survives'],
	['one', '429', ({ troubles }) => troubles['429'] === 'survives'],
	['one', 'reset', ({ troubles }) => troubles.reset === 'survives'],
	['pays', 'once', ({ retryOnFail, lostAnswer }) => retryOnFail === 2 && lostAnswer === 1],
	['id at', 'timeout', ({ never }) => never.idKept],
	['stops', 'in 1 s', ({ stop }) => stop.seconds <= 1],
];

const STYLE = `
	text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
	.title { font-size: 15px; font-weight: 600; }
	.small { font-size: 11px; fill: #59636e; }
	.ours { font-weight: 600; }
	.bar { fill: #8c959f; }
	.bar.ours { fill: #0969da; }
	.line { stroke: #d1d9e0; }
	.mark { fill: none; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
	.yes { stroke: #1a7f37; }
	.no { stroke: #cf222e; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; }
		.small { fill: #9198a1; }
		.bar { fill: #656c76; }
		.bar.ours { fill: #4493f8; }
		.line { stroke: #3d444d; }
		.yes { stroke: #3fb950; }
		.no { stroke: #f85149; }
	}`;

/** The time of ten items as bars, and beside each what the node comes through. */
export function chart(results: Results): string {
	const { ours } = oursAndTheirs(results);
	const { contestants } = results;
	const height = TOP + contestants.length * ROW + 20;
	const longest = Math.max(...contestants.map(({ ten }) => ten));
	const title = 'Ten jobs of 60 s each, done by one node of n8n';
	const lines = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">`,
		`<title id="title">${title}</title>`,
		`<desc id="description">${escaped(contestants.map(inWords).join(' '))}</desc>`,
		`<style>${STYLE}\n</style>`,
		text(NAMES_AT, 30, title, 'title'),
		text(BARS_AT, 72, 'seconds until all are there', 'small'),
		text(MARKS_AT, 30, 'comes through', 'title'),
		...MARKS.flatMap(([first, second], column) => [
			centred(MARKS_AT + column * MARK_STEP, 58, first),
			centred(MARKS_AT + column * MARK_STEP, 72, second),
		]),
		...contestants.flatMap((figures, row) => drawn(figures, figures === ours, row, longest)),
		'</svg>',
	];
	return `${lines.join('\n')}\n`;
}

function drawn(figures: Figures, isOurs: boolean, row: number, longest: number): string[] {
	const top = TOP + row * ROW;
	const middle = top + ROW / 2 - 4;
	const ours = isOurs ? ' ours' : '';
	const width = Math.max((figures.ten / longest) * BARS_WIDTH, 2);
	return [
		`<line class="line" x1="${NAMES_AT}" x2="${WIDTH - NAMES_AT}" y1="${top - 8}" y2="${top - 8}"/>`,
		text(NAMES_AT, middle + 5, figures.label, ours),
		`<rect class="bar${ours}" x="${BARS_AT}" y="${middle - 10}" width="${width.toFixed(1)}" height="20" rx="3"/>`,
		text(BARS_AT + width + 8, middle + 5, figures.ten.toFixed(0), ours),
		...MARKS.map(([, , earned], column) =>
			mark(MARKS_AT + column * MARK_STEP + MARK_STEP / 4, middle, earned(figures)),
		),
	];
}

/** A tick or a cross: told apart by shape too, not by colour alone. */
function mark(x: number, y: number, yes: boolean): string {
	const path = yes
		? `M${x - 6} ${y}l4 5l8 -10`
		: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`;
	return `<path class="mark ${yes ? 'yes' : 'no'}" d="${path}"/>`;
}

function inWords(figures: Figures): string {
	const marks = MARKS.map(
		([first, second, earned]) => `${first} ${second}: ${earned(figures) ? 'yes' : 'no'}`,
	);
	return `${figures.label}: ${figures.ten.toFixed(0)} s; ${marks.join(', ')}.`;
}

const escaped = (words: string) =>
	words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (x: number, y: number, words: string, style = '') =>
	`<text x="${x}" y="${y}" class="${style.trim()}">${escaped(words)}</text>`;

const centred = (x: number, y: number, words: string) =>
	`<text x="${x + MARK_STEP / 4}" y="${y}" class="small" text-anchor="middle">${escaped(words)}</text>`;
