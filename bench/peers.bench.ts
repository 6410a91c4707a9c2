// Compares this node with n8n's own video nodes: the same work in the same real engine, with mock
// APIs on a fast clock. Prints docs/benchmarks.md with all figures and the project's targets, and
// writes it. With --quick it measures less and writes nothing.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { main } from '../scripts/lib/main';
import { root } from '../scripts/lib/paths';
import { step } from '../scripts/lib/progress.cjs';
import { install, type Installation } from './peers/engine/installation';
import { ESTIMATES } from './peers/mockApi/behavior';
import { documentOf } from './peers/report/document';
import type { Results } from './peers/results';
import { BenchmarkEnvironment } from './peers/scenarios/environment';
import { measureOverhead } from './peers/scenarios/overhead';
import { LENGTHS, measurePolling } from './peers/scenarios/polling';
import { measureInRealTime } from './peers/scenarios/realTime';
import { measureSameWork } from './peers/scenarios/sameWork';
import { OUR_SUBJECT, SUBJECTS } from './peers/subjects';

/** Speed of the fast clock relative to real time. */
const TIME_FACTOR = 20;
const isFull = !process.argv.includes('--quick') && process.env.VEO_BENCH_QUICK !== '1';
const SIZE = isFull
	? { lengths: LENGTHS, estimates: ESTIMATES, rounds: 8 }
	: { lengths: [120], estimates: ['accurate', 'absent', 'long'] as const, rounds: 3 };

async function compare(installation: Installation): Promise<Results['subjects']> {
	// all engines start before the first measurement, which a start would disturb
	const environments = await Promise.all(
		SUBJECTS.map(async (subject) => ({
			inRealTime: await BenchmarkEnvironment.start(subject, installation, 1),
			fast: await BenchmarkEnvironment.start(subject, installation, TIME_FACTOR),
		})),
	);
	const measuring = environments.map(async ({ inRealTime, fast }) => {
		const [sameWork, realTime] = await Promise.all([
			measureSameWork(fast, isFull),
			measureInRealTime(inRealTime, isFull),
		]);
		return { ...sameWork, ...realTime };
	});
	const figures = await Promise.all(measuring);
	for (const environment of environments.flatMap(({ inRealTime, fast }) => [inRealTime, fast]))
		environment.runner.close();
	return figures;
}

async function poll(installation: Installation): Promise<Results['polling']> {
	const environment = await BenchmarkEnvironment.start(OUR_SUBJECT, installation, TIME_FACTOR);
	const figures = await measurePolling(environment, SIZE.lengths, SIZE.estimates);
	environment.runner.close();
	return figures;
}

async function measure(): Promise<Results> {
	const installation = await install();
	return {
		subjects: await step('Measuring the same work (2 minutes)', () => compare(installation)),
		polling: await step('Measuring the polling (up to 2 minutes)', () => poll(installation)),
		overhead: await step('Measuring the overhead', () =>
			measureOverhead(installation, SIZE.rounds),
		),
		machine: {
			cores: availableParallelism(),
			memoryGB: Math.round(totalmem() / 2 ** 30),
			node: installation.nodeVersion,
			n8n: installation.n8nVersion,
		},
		date: new Date().toISOString().slice(0, 10),
		timeFactor: TIME_FACTOR,
	};
}

main(async () => {
	const page = await documentOf(await measure());
	console.log(page);
	if (!isFull) return;
	await writeFile(join(root, 'docs', 'benchmarks.md'), page);
	console.log('Wrote docs/benchmarks.md');
});
