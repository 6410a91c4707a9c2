import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../bench/support/table';
import { root } from '../lib/paths';
import { batchCount, formatStatuses } from './figures';
import type { Mode } from './options';
import type { LoadResult, Results, ScenarioResult } from './results';

export interface Table {
	headings: string[];
	rows: string[][];
}

const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
const slotsOf = ({ workers, concurrency }: LoadResult) => workers * concurrency;

const HEADINGS: Readonly<Record<Mode, string>> = {
	inProcess: 'inProcess',
	durable: 'durable',
	callback: 'durable with callbacks',
};

/** Row heading, and the value for one mode. */
type Row = [heading: string, value: (result: LoadResult) => string];

const ROWS: Row[] = [
	['executions', (one) => String(one.executions)],
	['duration of a video', (one) => seconds(one.jobSeconds)],
	['workers x concurrency', (one) => `${one.workers} x ${one.concurrency}`],
	['batches, at one slot per video', (one) => String(batchCount(one.executions, slotsOf(one)))],
	['all webhook responses after', (one) => seconds(one.responseSeconds)],
	['all executions finished after', (one) => seconds(one.seconds)],
	[
		'duration of an execution: median, longest',
		({ durations }) => `${seconds(durations.median)}, ${seconds(durations.longest)}`,
	],
	['final statuses', (one) => formatStatuses(one.statuses)],
	['videos submitted', (one) => String(one.videos.submitted)],
	['videos submitted twice', (one) => String(one.videos.duplicates)],
	[
		'status checks per video: mean (max)',
		({ videos }) => `${videos.statusChecksMean.toFixed(1)} (${videos.statusChecksMax})`,
	],
	['occupied slots: mean', (one) => `${one.slots.mean.toFixed(1)} of ${slotsOf(one)}`],
	['occupied slots: peak', (one) => `${one.slots.peak} of ${slotsOf(one)}`],
	['slot time per video', (one) => seconds(one.slots.secondsPerVideo)],
	['database rows per video', (one) => (one.database.executions / one.executions).toFixed(1)],
	[
		'database size per video',
		(one) => `${Math.round(one.database.bytes / one.executions / 1024)} KB`,
	],
];

export function loadTable(loads: LoadResult[]): Table {
	const rows = ROWS.map(([heading, value]) => [heading, ...loads.map(value)]);
	const names = new Set(loads.flatMap((one) => one.processes.map(({ name }) => name)));
	for (const name of names) {
		const found = loads.map((one) => one.processes.find((candidate) => candidate.name === name));
		const memory = found.map((one) => one && `${megabytes(one.baseline)}, ${megabytes(one.peak)}`);
		const cpu = found.map((one) => one && seconds(one.cpuSeconds));
		rows.push([`${name}: memory before, peak`, ...memory.map((cell) => cell ?? '-')]);
		rows.push([`${name}: CPU time`, ...cpu.map((cell) => cell ?? '-')]);
	}
	return { headings: ['', ...loads.map(({ mode }) => HEADINGS[mode])], rows };
}

/** The results of one scenario, one row per mode. */
export function scenarioTable(results: ScenarioResult[]): Table {
	const headings = ['', 'when killed', 'at the end', 'after', 'videos', 'twice', 'lost'];
	const rows = results.map(({ mode, before, after, seconds: duration, videos }) => [
		mode,
		formatStatuses(before),
		formatStatuses(after),
		duration === null ? 'not all finished' : seconds(duration),
		String(videos.submitted),
		String(videos.duplicates),
		String(Math.max(0, videos.submitted - (after.success ?? 0))),
	]);
	return { headings, rows };
}

const markdown = ({ headings, rows }: Table) => markdownTable(headings, rows);

/** Writes docs/scaling.figures.md. @returns its path in the checkout */
export async function writeReport(results: Results, n8nVersion: string): Promise<string> {
	const name = 'docs/scaling.figures.md';
	const path = join(root, name);
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${availableParallelism()} processor cores and ${Math.round(totalmem() / 2 ** 30)} GB of memory`;
	const names = [...new Set(results.scenarios.map(({ scenario }) => scenario))];
	const sections = names.map((scenario) => {
		const rows = results.scenarios.filter((result) => result.scenario === scenario);
		return `### Killed: ${scenario}\n\n${markdown(scenarioTable(rows))}`;
	});
	const [first] = results.scenarios;
	const text = `# Queue mode: measurements

Written by \`npm run test:scale -- --write\` on ${date}: n8n ${n8nVersion} in queue mode (one main process,
workers, PostgreSQL, Redis) and the sandbox, all on one machine with ${machine}
that also ran other work. Each column and scenario was measured once, in its most recent run: dates, loads and
versions of the node can differ. [scaling.md](scaling.md) explains the figures.

## Many simultaneous executions

${markdown(loadTable(results.loads))}

## A process killed during ${first?.executions ?? 0} executions

A video takes ${first?.jobSeconds ?? 0} s. The process is killed with \`kill -9\` after half that time and restarted 4 s
later. "During a status check": killed when a worker is next active.
\`N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL\` is 1 minute. _Twice_: prompts with more than one video. _Lost_:
submitted videos whose execution didn't succeed before the end of the measurement.

${sections.join('\n\n')}
`;
	await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown' }));
	return name;
}
