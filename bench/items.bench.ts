// Executes the node on up to 50,000 items, in n8n's engine, without waiting for their videos. Shows
// that the time is linear, that the event loop is never blocked for long, and how long Stop takes.
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/client';
import { main } from '../scripts/lib/main';
import { step } from '../scripts/lib/progress.cjs';
import { startChild } from './child/child';
import type { ItemsFunctions, Result, Scenario } from './items/child';
import { table } from './support/table';

const COUNTS = [1_000, 5_000, 20_000, 50_000];
const CONCURRENCY = 10;
/** Enough requests at once to block the event loop if all were sent in one turn of it. */
const HIGH_CONCURRENCY = 1_000;
const CANCEL_AFTER_MS = 1_000;

async function inChild(scenario: Scenario, cancelAfterMs: number | null): Promise<Result> {
	const child = startChild<ItemsFunctions>(join(__dirname, 'items', 'child.ts'));
	try {
		return await child.functions.measure(scenario, cancelAfterMs);
	} finally {
		child.close();
	}
}

type Case = Pick<Scenario, 'work' | 'count'> & { concurrency?: number; isCanceled?: boolean };

const CASES: Case[] = [
	...COUNTS.map((count): Case => ({ work: 'return', count })),
	...COUNTS.map((count): Case => ({ work: 'validate', count })),
	...COUNTS.map((count): Case => ({ work: 'submit', count })),
	{ work: 'submit', count: 5_000, concurrency: HIGH_CONCURRENCY },
	{ work: 'validate', count: 50_000, isCanceled: true },
	{ work: 'submit', count: 50_000, isCanceled: true },
];

async function measure(sandbox: Sandbox, one: Case): Promise<string[]> {
	const { work, count, concurrency = CONCURRENCY, isCanceled = false } = one;
	await sandbox.reset();
	await sandbox.settings({ credits: 1e9 });
	const scenario = { origin: sandbox.origin, work, count, concurrency };
	const { seconds, block, stopMs } = await inChild(scenario, isCanceled ? CANCEL_AFTER_MS : null);
	return [
		work,
		count.toLocaleString('en-US'),
		String(concurrency),
		seconds.toFixed(1),
		((seconds * 1000) / count).toFixed(2),
		block.wallMs.toFixed(0),
		block.cpuMs.toFixed(0),
		stopMs === null ? '' : stopMs.toFixed(0),
	];
}

main(async () => {
	const sandbox = await startSandbox();
	const rows: string[][] = [];
	await step('Measuring (about three minutes)', async () => {
		for (const one of CASES) rows.push(await measure(sandbox, one));
	});
	await sandbox.close();

	console.log(
		"Executions in n8n's engine. validate: the last item is invalid, so nothing is sent.",
	);
	console.log('submit: Generate without waiting. Stop: a cancellation after one second.');
	console.log("return: a node that does nothing, which shows n8n's own share.");
	const times = [
		'seconds',
		'ms per item',
		'longest block (ms)',
		'its CPU time',
		'until stopped (ms)',
	];
	console.log(table(['work', 'items', 'concurrency', ...times], rows));
});
