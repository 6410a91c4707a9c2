import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../bench/support/table';
import { root } from '../lib/paths';
import { rounds } from './figures';
import type { FaultResult, LoadResult, Results } from './results';
import { inWords } from './watch';

export interface Table {
	headings: string[];
	rows: string[][];
}

const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

const slotsOf = ({ workers, concurrency }: LoadResult) => workers * concurrency;

/** Name of a line, and what stands there for one mode. */
type Line = [name: string, value: (result: LoadResult) => string];

const LINES: Line[] = [
	['executions ordered at once', (one) => String(one.executions)],
	['a video takes', (one) => seconds(one.jobSeconds)],
	['workers x executions at once', (one) => `${one.workers} x ${one.concurrency}`],
	['rounds, if each kept its slot', (one) => String(rounds(one.executions, slotsOf(one)))],
	['all webhook calls answered after', (one) => seconds(one.orderSeconds)],
	['all executions over after', (one) => seconds(one.seconds)],
	[
		'from order to end: median, longest',
		({ durations }) => `${seconds(durations.median)}, ${seconds(durations.longest)}`,
	],
	['executions at the end', (one) => inWords(one.statuses)],
	['videos submitted', (one) => String(one.videos.submitted)],
	['of these, submitted twice', (one) => String(one.videos.twice)],
	[
		'looks per video (most)',
		({ videos }) => `${videos.looksMean.toFixed(1)} (${videos.looksMost})`,
	],
	['slots held: mean', (one) => `${one.slots.mean.toFixed(1)} of ${slotsOf(one)}`],
	['slots held: peak', (one) => `${one.slots.peak} of ${slotsOf(one)}`],
	['seconds of a slot per video', (one) => seconds(one.slots.secondsPerVideo)],
	['rows of executions per video', (one) => (one.database.executions / one.executions).toFixed(1)],
	['database per video', (one) => `${Math.round(one.database.bytes / one.executions / 1024)} KB`],
];

/** The modes side by side. */
export function loadTable(loads: LoadResult[]): Table {
	const rows = LINES.map(([name, value]) => [name, ...loads.map(value)]);
	const names = new Set(loads.flatMap((one) => one.processes.map(({ name }) => name)));
	for (const name of names) {
		const found = loads.map((one) => one.processes.find((candidate) => candidate.name === name));
		rows.push([
			`${name}: memory before, peak`,
			...found.map((one) => (one ? `${megabytes(one.baseline)}, ${megabytes(one.peak)}` : '-')),
		]);
		rows.push([
			`${name}: processor time`,
			...found.map((one) => (one ? seconds(one.cpuSeconds) : '-')),
		]);
	}
	return { headings: ['', ...loads.map(({ mode }) => mode)], rows };
}

/** One scene, a line a mode. */
export function faultTable(faults: FaultResult[]): Table {
	const headings = ['', 'when killed', 'at the end', 'after', 'videos', 'twice', 'lost'];
	const rows = faults.map((one) => [
		one.mode,
		inWords(one.before),
		inWords(one.after),
		one.seconds === null ? 'not all ended' : seconds(one.seconds),
		String(one.videos.submitted),
		String(one.videos.twice),
		String(Math.max(0, one.videos.submitted - (one.after.success ?? 0))),
	]);
	return { headings, rows };
}

/** The scenes in the order they were played, with their results. */
export function byScene(faults: FaultResult[]): Array<[scene: string, results: FaultResult[]]> {
	const names = [...new Set(faults.map(({ scene }) => scene))];
	return names.map((name) => [name, faults.filter(({ scene }) => scene === name)]);
}

const markdown = ({ headings, rows }: Table) => markdownTable(headings, rows);

/** Writes docs/scaling.figures.md. @returns its path below the checkout */
export async function writeDocument(results: Results, n8nVersion: string): Promise<string> {
	const name = 'docs/scaling.figures.md';
	const path = join(root, name);
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${availableParallelism()} processor cores and ${Math.round(totalmem() / 2 ** 30)} GB of memory`;
	const scenes = byScene(results.faults).map(
		([scene, faults]) => `### Killed: ${scene}\n\n${markdown(faultTable(faults))}`,
	);
	const [first] = results.faults;
	const text = `# Figures of queue mode

Written by \`npm run test:scale -- --write\` on ${date}: n8n ${n8nVersion} in queue mode (one main,
workers, PostgreSQL, Redis) and the sandbox, all on one machine with ${machine}
that had other work too. Each column and scene is of one run, and keeps the figures of its own last run:
they may be of different days, loads and versions of the node. What they mean is told in [scaling.md](scaling.md).

## Many executions at once

${markdown(loadTable(results.loads))}

## A process killed among ${first?.executions ?? 0} executions

A video takes ${first?.jobSeconds ?? 0} s. With \`kill -9\`, half a video's time after the orders ("while it looks": when next a worker
was at work after that); started again 4 s later.
\`N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL\` is 1 minute. _Twice_: orders of which more than one video was
made. _Lost_: videos ordered whose execution had not ended with success when
all were over or the time was up.

${scenes.join('\n\n')}
`;
	await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown' }));
	return name;
}
