import { table } from '../bench/support/table';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { build, pack } from './lib/pack';
import { step } from './lib/progress.cjs';
import { ensureN8n } from './n8n/install';
import { ensurePrograms } from './scale/debian';
import { fault, SCENES } from './scale/faults';
import { load } from './scale/load';
import { HELP, readOptions, type ScaleOptions } from './scale/options';
import { faultTable, loadTable, writeDocument, type Table } from './scale/report';
import { withEarlier, type FaultResult, type LoadResult, type Results } from './scale/results';

const show = ({ headings, rows }: Table) => console.log(`\n${table(headings, rows)}\n`);

async function measure(options: ScaleOptions): Promise<Results> {
	const programs = await ensurePrograms();
	const n8n = await ensureN8n();
	await step('Building the node', build);
	const node = await step('Packing the node', pack);
	const ingredients = { programs, n8n, node };
	const loads: LoadResult[] = [];
	const faults: FaultResult[] = [];
	for (const mode of options.parts.includes('load') ? options.modes : []) {
		loads.push(await load(ingredients, mode, options));
		show(loadTable(loads));
	}
	for (const scene of options.parts.includes('faults') ? SCENES : []) {
		const modes = options.modes.filter((mode) => scene.modes.includes(mode));
		for (const mode of modes) faults.push(await fault(ingredients, scene, mode, options));
		console.log(`\nKilled: ${scene.name}`);
		show(faultTable(faults.filter((one) => one.scene === scene.name)));
	}
	return { loads, faults };
}

main(async () => {
	if (process.platform !== 'linux') {
		throw new Failure('This measurement needs Linux.', 'Run it in a Debian container.');
	}
	const options = readOptions(process.argv.slice(2));
	if (options === 'help') {
		console.log(HELP);
		return;
	}
	const n8n = await ensureN8n();
	const results = await measure(options);
	if (options.write) {
		console.log(`Written: ${await writeDocument(await withEarlier(results), n8n.version)}`);
	}
});
