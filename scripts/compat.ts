import { table, row, writeTable, type Verdict } from './compat/table';
import { conclude, jest, type JestOptions } from './lib/jest';
import { main } from './lib/main';
import { build, pack, PACKED_NODE, type PackedNode } from './lib/pack';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';

/** The versions that the README answers for: what the node is built against, and older ones in use. */
const VERSIONS = ['2.41.1', '2.20.12', '2.0.3', '1.123.81'];

/** Runs the engine tests in that n8n's engine, and the e2e tests in its server. */
async function judge(version: string, packed: PackedNode): Promise<Verdict> {
	const n8n = await ensureN8n(version);
	const test = async (where: string, options: JestOptions) => {
		const title = `Testing in the ${where} of n8n ${version}`;
		return await step(title, async () => await jest(options), { quiet: true });
	};
	const engine = await test('engine', {
		projects: ['engine'],
		args: ['--forceExit'], // before 2.20 n8n's core leaves timers behind
		node: n8n.node, // n8n's native code is built for it
		env: {
			VEO_API_KEY: undefined,
			VEO_ENGINE_N8N: n8n.folder,
			NODE_OPTIONS: '--experimental-vm-modules', // n8n 2.0's core has ES modules in it
		},
	});
	const e2e = await test('server', {
		projects: ['e2e'],
		args: [],
		env: {
			VEO_API_KEY: undefined,
			VEO_N8N_VERSION: version,
			[PACKED_NODE]: JSON.stringify(packed),
		},
	});
	return { version, nodeVersion: n8n.nodeVersion, engine, e2e };
}

/**
 * Tests the node with the n8n versions that are given, or else with those of the README, and keeps
 * the README's table. Versions that the README does not name are only told.
 */
main(async () => {
	const given = process.argv.slice(2);
	await step('Building the node', build);
	const packed = await step('Packing the node', pack);
	const verdicts: Verdict[] = [];
	for (const version of given.length > 0 ? given : VERSIONS) {
		verdicts.push(await judge(version, packed));
		await writeTable(VERSIONS, verdicts);
	}
	console.log(`\n${table(verdicts.map(row))}`);
	const results = verdicts.flatMap(({ engine, e2e }) => [engine, e2e]);
	const sum = (what: 'passed' | 'failed') =>
		results.reduce((total, result) => total + result[what], 0);
	conclude({ passed: sum('passed'), failed: sum('failed') });
});
