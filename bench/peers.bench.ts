// The same work for this node and for n8n's own video nodes, in the same real engine, against fakes
// of their APIs on a fast clock. Prints the figures beside what the project means to hold, and writes
// docs/benchmarks.md and its chart. With --quick a reduced run, which writes nothing.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { main } from '../scripts/lib/main';
import { root } from '../scripts/lib/paths';
import { run } from '../scripts/lib/processes';
import { step } from '../scripts/lib/progress.cjs';
import { everybody, isOurs } from './peers/contestants';
import { surroundings, type Surroundings } from './peers/engine/surroundings';
import { estimatesSchema } from './peers/fakes/types';
import { chart } from './peers/report/chart';
import { CHART, documentOf } from './peers/report/document';
import { busyTable, looksTable, overheadTable, workTable } from './peers/report/tables';
import { targets, verdict } from './peers/report/targets';
import type { Figures } from './peers/scenes/figures';
import { LENGTHS, measureLooks, type LooksFigures } from './peers/scenes/looks';
import { measureOverhead } from './peers/scenes/overhead';
import { measureInRealTime } from './peers/scenes/realTime';
import type { Results } from './peers/scenes/results';
import { withTheatres } from './peers/scenes/theatre';
import { measureWork } from './peers/scenes/work';
import { table } from './support/table';

/** How many times as fast as the world's the clock runs where it does. */
const TIME_FACTOR = 20;
const quick = process.argv.includes('--quick') || process.env.VEO_BENCH_QUICK === '1';
const SIZE = quick
	? { lengths: [120], estimates: ['truthful', 'absent', 'long'] as const, rounds: 3 }
	: { lengths: LENGTHS, estimates: estimatesSchema.options, rounds: 8 };

async function compare(around: Surroundings): Promise<Figures[]> {
	const one = !quick;
	const hundred = !quick;
	// nobody begins before everybody is there: a start would disturb the others
	return await withTheatres(around, 1, everybody, async (real) => {
		return await withTheatres(around, TIME_FACTOR, everybody, async (fast) => {
			const contestants = fast.map(async (theatre, index) => {
				const sameInRealTime = real[index];
				if (!sameInRealTime) throw new Error(`${theatre.contestant.label} is not there`);
				const [work, inRealTime] = await Promise.all([
					measureWork(theatre, hundred),
					measureInRealTime(sameInRealTime, one),
				]);
				return { ...work, ...inRealTime };
			});
			return await Promise.all(contestants);
		});
	});
}

async function whenItLooks(around: Surroundings): Promise<LooksFigures[]> {
	return await withTheatres(around, TIME_FACTOR, isOurs, async (theatres) => {
		const { lengths, estimates } = SIZE;
		const figures = theatres.map(async (one) => await measureLooks(one, lengths, estimates));
		return (await Promise.all(figures)).flat();
	});
}

async function measure(): Promise<Results> {
	const around = await surroundings();
	const contestants = await step(
		'Measuring the same work, about two minutes',
		async () => await compare(around),
	);
	const looks = await step(
		'Measuring when this node looks, up to two minutes',
		async () => await whenItLooks(around),
	);
	const overhead = await step(
		'Measuring the overhead of 1,000 look-ups',
		async () => await measureOverhead(around, SIZE.rounds),
	);
	const machine = {
		cores: availableParallelism(),
		memoryGB: Math.round(totalmem() / 2 ** 30),
		node: (await run(around.node, ['--version'])).trim().replace('v', ''),
		n8n: around.n8nVersion,
	};
	const date = new Date().toISOString().slice(0, 10);
	return { contestants, looks, overhead, machine, date, timeFactor: TIME_FACTOR, quick };
}

function print(results: Results): void {
	const { looks, overhead } = results;
	const tables = [
		workTable(results),
		looksTable(looks),
		overheadTable(overhead),
		busyTable(overhead),
	];
	for (const { headings, rows } of tables) console.log(`\n${table(headings, rows)}`);
	const rows = targets(results).map((one) => [one.target, one.measured, verdict(one)]);
	console.log(`\n${table(['target', 'measured', ''], rows)}`);
}

async function write(results: Results): Promise<void> {
	const docs = join(root, 'docs');
	const page = join(docs, 'benchmarks.md');
	await mkdir(docs, { recursive: true });
	await writeFile(page, await documentOf(results, page));
	await writeFile(join(docs, CHART), chart(results));
	console.log(`\nWritten: docs/benchmarks.md, docs/${CHART}`);
}

main(async () => {
	const results = await measure();
	print(results);
	if (!quick) await write(results);
});
