// Compares this node with n8n's own video nodes: the same work in the same real engine, with mock
// APIs on a fast clock. Prints the figures and the project's targets, and writes docs/benchmarks.md
// and its chart. With --quick it measures less and writes nothing.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { main } from '../scripts/lib/main';
import { root } from '../scripts/lib/paths';
import { run } from '../scripts/lib/processes';
import { step } from '../scripts/lib/progress.cjs';
import { install, type Installation } from './peers/engine/installation';
import { ESTIMATES } from './peers/mockApi/behavior';
import { chart } from './peers/report/chart';
import { CHART, documentOf } from './peers/report/document';
import { cpuTable, overheadTable, pollingTable, sameWorkTable } from './peers/report/tables';
import { targetsTable } from './peers/report/targets';
import type { Figures, PollingFigures, Results } from './peers/results';
import { withEnvironments } from './peers/scenarios/environment';
import { measureOverhead } from './peers/scenarios/overhead';
import { LENGTHS, measurePolling } from './peers/scenarios/polling';
import { measureInRealTime } from './peers/scenarios/realTime';
import { measureSameWork } from './peers/scenarios/sameWork';
import { isOurs, SUBJECTS } from './peers/subjects';
import { table } from './support/table';

/** Speed of the fast clock relative to real time. */
const TIME_FACTOR = 20;
const isFull = !process.argv.includes('--quick') && process.env.VEO_BENCH_QUICK !== '1';
const SIZE = isFull
	? { lengths: LENGTHS, estimates: ESTIMATES, rounds: 8 }
	: { lengths: [120], estimates: ['accurate', 'absent', 'long'] as const, rounds: 3 };

async function compare(installation: Installation): Promise<Figures[]> {
	// all engines start before the first measurement, which a start would disturb
	return await withEnvironments(installation, 1, SUBJECTS, async (real) => {
		return await withEnvironments(installation, TIME_FACTOR, SUBJECTS, async (fast) => {
			const measuring = fast.map((environment) => measureSameWork(environment, isFull));
			const inRealTime = real.map((environment) => measureInRealTime(environment, isFull));
			const work = await Promise.all(measuring);
			const rest = await Promise.all(inRealTime);
			return work.flatMap((figures, index) => {
				const more = rest[index];
				return more ? [{ ...figures, ...more }] : [];
			});
		});
	});
}

async function poll(installation: Installation): Promise<PollingFigures[]> {
	const subjects = SUBJECTS.filter(isOurs);
	return await withEnvironments(installation, TIME_FACTOR, subjects, async (environments) => {
		const { lengths, estimates } = SIZE;
		const figures = environments.map((one) => measurePolling(one, lengths, estimates));
		return (await Promise.all(figures)).flat();
	});
}

async function measure(): Promise<Results> {
	const installation = await install();
	return {
		subjects: await step(
			'Measuring the same work (about two minutes)',
			async () => await compare(installation),
		),
		polling: await step(
			'Measuring the polling of this node (up to two minutes)',
			async () => await poll(installation),
		),
		overhead: await step(
			'Measuring the overhead of 1,000 status checks',
			async () => await measureOverhead(installation, SIZE.rounds),
		),
		machine: {
			cores: availableParallelism(),
			memoryGB: Math.round(totalmem() / 2 ** 30),
			node: (await run(installation.node, ['--version'])).trim().replace('v', ''),
			n8n: installation.n8nVersion,
		},
		date: new Date().toISOString().slice(0, 10),
		timeFactor: TIME_FACTOR,
	};
}

main(async () => {
	const results = await measure();
	const tables = [
		sameWorkTable(results),
		pollingTable(results.polling),
		overheadTable(results.overhead),
		cpuTable(results.overhead),
		targetsTable(results),
	];
	for (const { headings, rows } of tables) console.log(`\n${table(headings, rows)}`);
	if (!isFull) return;
	const docs = join(root, 'docs');
	const page = join(docs, 'benchmarks.md');
	await writeFile(page, await documentOf(results, page));
	await writeFile(join(docs, CHART), chart(results));
	console.log(`\nWrote docs/benchmarks.md and docs/${CHART}`);
});
