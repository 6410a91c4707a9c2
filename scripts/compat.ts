import { writeTable, table, type VersionResult } from './compat/table';
import { jest, reportResults } from './lib/jest';
import { main } from './lib/main';
import { buildAndPack, PACKED_NODE, type PackedNode } from './lib/pack';
import { serverTestArguments } from './lib/serverTests';
import { ensureN8n } from './n8n/install';

/** The versions in docs/compatibility.md: the one that the node is built against, and older ones in use. */
const VERSIONS = ['2.41.1', '2.20.12', '2.0.3', '1.123.81'];

/** Runs the engine tests in the engine of that n8n, and the e2e tests in its server. */
async function testVersion(version: string, packed: PackedNode): Promise<VersionResult> {
	const n8n = await ensureN8n(version);
	const engine = await jest(`Testing in the engine of n8n ${version}`, {
		projects: ['engine'],
		args: ['--forceExit'], // before 2.20, n8n's core doesn't clear its timers
		node: n8n.node, // n8n's native code is compiled for it
		env: {
			VEO_ENGINE_N8N: n8n.folder,
			NODE_OPTIONS: '--experimental-vm-modules', // the core of n8n 2.0 contains ES modules
		},
	});
	const e2e = await jest(`Testing in the server of n8n ${version}`, {
		projects: ['e2e'],
		args: serverTestArguments(),
		env: { VEO_N8N_VERSION: version, [PACKED_NODE]: JSON.stringify(packed) },
	});
	return { version, nodeVersion: n8n.nodeVersion, engine, e2e };
}

/**
 * Tests the node with the n8n versions in the arguments (default: those in docs/compatibility.md),
 * and updates its table. Other versions are only printed.
 */
main(async () => {
	const versions = process.argv.slice(2);
	const packed = await buildAndPack();
	const results: VersionResult[] = [];
	for (const version of versions.length > 0 ? versions : VERSIONS) {
		results.push(await testVersion(version, packed));
		await writeTable(VERSIONS, results);
	}
	console.log(`\n${table(results)}`);
	reportResults(...results.flatMap(({ engine, e2e }) => [engine, e2e]));
});
