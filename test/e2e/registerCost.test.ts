/** What the video register costs in time: docs/register.md has the figures of a quiet machine. */
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

let server: Server;

beforeAll(async () => void (server = await startServer({ credits: 10_000 })));
afterAll(async () => await server?.end());

async function workflow(name: string, prompts: string[], settings?: object): Promise<string> {
	const register = settings && { register: { settings } };
	return await server.n8n.importWorkflow(
		promptsWorkflow({ name, prompts, parameters: { options: { pollInterval: 1, ...register } } }),
	);
}

test('the time that the register adds', async () => {
	const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
	let round = 0;
	/** Executes the workflow with other prompts each time, so that no video is reused. */
	const timeOf = async (count: number, settings?: object): Promise<number> => {
		const name = `timing-${++round}`;
		const prompts = Array.from({ length: count }, (_, index) => `${name} ${index}`);
		const execution = await server.run(await workflow(name, prompts, settings));
		const reused = execution.itemsOf(VEO).map(({ json }) => json.reused);
		expect(reused).toEqual(Array(count).fill(undefined));
		return execution.runsOf(VEO)[0]?.executionTime ?? 0;
	};
	const table = 'timing';
	const cases = {
		'without the register': undefined,
		'with the register': { table },
		"with 'Reuse Within'": { table, reuseHours: 24 },
	};
	await timeOf(1, { table });
	const lines: string[] = [];
	for (const count of [1, 10, 100]) {
		const times = new Map(Object.keys(cases).map((name): [string, number[]] => [name, []]));
		for (let repetition = 0; repetition < 3; repetition++) {
			for (const [name, settings] of Object.entries(cases)) {
				times.get(name)?.push(await timeOf(count, settings));
			}
		}
		const medians = [...times].map(([name, values]) => [name, median(values)] as const);
		const [, without = 0] = medians[0] ?? [];
		lines.push(
			`${count} items: ${medians.map(([name, ms]) => `${name} ${ms} ms (+${ms - without})`).join(', ')}`,
		);
	}
	console.log(lines.join('\n'));
});
