// What the video register costs in time, in a real n8n with SQLite: docs/register.md has the figures.
import { startSandbox } from '../sandbox/client';
import { main } from '../scripts/lib/main';
import { buildAndPack } from '../scripts/lib/pack';
import { step } from '../scripts/lib/progress.cjs';
import { ensureN8n } from '../scripts/n8n/install';
import { N8nInstance } from '../scripts/n8n/instance';
import { promptsWorkflow, VEO } from '../test/e2e/support/promptsWorkflow';
import { median } from './support/median';
import { table } from './support/table';

const COUNTS = [1, 10, 100];
const REPETITIONS = 5;
const TABLE = 'timing';

/** The settings of the register; undefined without it. */
const CASES = [undefined, { table: TABLE }, { table: TABLE, reuseHours: 24 }];
const HEADINGS = ['Items', 'Without the register', 'With the register', "With 'Reuse Within'"];

/** Imports a workflow whose videos are new in each execution. @returns its ID */
async function importWorkflow(n8n: N8nInstance, name: string, count: number, settings?: object) {
	const prompts = Array.from({ length: count }, (_, index) => `${name} ${index}`);
	const parameters = {
		prompt: '={{ $json.prompt }} {{ $execution.id }}',
		options: { pollInterval: 1, ...(settings && { register: { settings } }) },
	};
	return await n8n.importWorkflow(promptsWorkflow({ name, prompts, parameters }));
}

/** Generates videos. @returns the node's time, milliseconds */
async function timeOf(n8n: N8nInstance, workflowId: string, count: number): Promise<number> {
	const execution = await n8n.run(workflowId);
	const items = execution.itemsOf(VEO);
	const isComplete = items.length === count && items.every(({ json }) => !json.reused);
	if (execution.status !== 'success' || !isComplete) throw new Error(execution.problem);
	return execution.runsOf(VEO)[0]?.executionTime ?? NaN;
}

/**
 * Times the cases alternately, so that other work on the machine concerns all of them.
 * @param run - executes a case; `repetition` starts at 0
 */
async function row(
	label: string,
	run: (settings: object | undefined, index: number, repetition: number) => Promise<number>,
): Promise<string[]> {
	const times = CASES.map((): number[] => []);
	for (let repetition = 0; repetition < REPETITIONS; repetition++) {
		for (const [index, settings] of CASES.entries()) {
			times[index]?.push(await run(settings, index, repetition));
		}
	}
	const [without = NaN, ...others] = times.map(median);
	return [label, `${without} ms`, ...others.map((ms) => `${ms} ms (+${ms - without})`)];
}

/** The first execution of a workflow after a start of n8n also looks for the table. */
async function timeFirst(n8n: N8nInstance): Promise<string[]> {
	return await row('1, first execution', async (settings, index, repetition) => {
		const id = await importWorkflow(n8n, `first-${index}-${repetition}`, 1, settings);
		return await timeOf(n8n, id, 1);
	});
}

async function timeCount(n8n: N8nInstance, count: number): Promise<string[]> {
	const ids = await Promise.all(
		CASES.map(
			async (settings, index) =>
				await importWorkflow(n8n, `${count}-items-${index}`, count, settings),
		),
	);
	for (const id of ids) await timeOf(n8n, id, count);
	return await row(String(count), async (_, index) => await timeOf(n8n, ids[index] ?? '', count));
}

main(async () => {
	const n8n = await N8nInstance.start({ n8n: await ensureN8n(), node: await buildAndPack() });
	const sandbox = await startSandbox({ jobSeconds: 1, credits: 100_000 });
	try {
		const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
		await timeOf(n8n, await importWorkflow(n8n, 'creates-the-table', 1, { table: TABLE }), 1);
		const rows = [await step('First executions', async () => await timeFirst(n8n))];
		for (const count of COUNTS) {
			rows.push(await step(`${count} items`, async () => await timeCount(n8n, count)));
		}
		console.log(`\n${table(HEADINGS, rows)}`);
	} finally {
		await n8n.stop();
		await sandbox.close();
	}
});
