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
const REPETITIONS = 3;
const TABLE = 'timing';

/** The settings of the register; undefined without it. */
const CASES = [undefined, { table: TABLE }, { table: TABLE, reuseHours: 24 }];
const HEADINGS = ['Items', 'Without the register', 'With the register', "With 'Reuse Within'"];

let executions = 0;

/** Generates videos with new prompts, so that none is reused. @returns the node's time, milliseconds */
async function timeOf(n8n: N8nInstance, count: number, settings: object | undefined) {
	const name = `timing-${++executions}`;
	const prompts = Array.from({ length: count }, (_, index) => `${name} ${index}`);
	const options = { pollInterval: 1, ...(settings && { register: { settings } }) };
	const workflow = promptsWorkflow({ name, prompts, parameters: { options } });
	const execution = await n8n.run(await n8n.importWorkflow(workflow));
	const items = execution.itemsOf(VEO);
	const isComplete = items.length === count && items.every(({ json }) => !json.reused);
	if (execution.status !== 'success' || !isComplete) throw new Error(execution.problem);
	return execution.runsOf(VEO)[0]?.executionTime ?? NaN;
}

async function measure(n8n: N8nInstance, count: number): Promise<string[]> {
	const times = CASES.map((): number[] => []);
	// alternately, so that other work on the machine concerns all cases
	for (let repetition = 0; repetition < REPETITIONS; repetition++) {
		for (const [index, settings] of CASES.entries()) {
			times[index]?.push(await timeOf(n8n, count, settings));
		}
	}
	const [without = NaN, ...others] = times.map(median);
	const added = others.map((ms) => `${ms} ms (+${ms - without})`);
	return [String(count), `${without} ms`, ...added];
}

main(async () => {
	const n8n = await N8nInstance.start({ n8n: await ensureN8n(), node: await buildAndPack() });
	const sandbox = await startSandbox({ jobSeconds: 1, credits: 10_000 });
	try {
		const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
		await timeOf(n8n, 1, { table: TABLE }); // creates the table
		const rows: string[][] = [];
		for (const count of COUNTS) {
			rows.push(await step(`${count} items`, async () => await measure(n8n, count)));
		}
		console.log(`\n${table(HEADINGS, rows)}`);
	} finally {
		await n8n.stop();
		await sandbox.close();
	}
});
