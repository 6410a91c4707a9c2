import { table } from '../bench/support/table';
import { main } from './lib/main';
import { buildAndPack } from './lib/pack';
import { UserError } from './lib/userError';
import { ensureN8n } from './n8n/install';
import { ensurePrograms } from './scale/debian';
import { measureLoad } from './scale/load';
import { readOptions } from './scale/options';
import { checkRegister } from './scale/register';
import { loadTable, scenarioTable, writeReport, type Table } from './scale/report';
import { mergeResults, type LoadResult, type ScenarioResult } from './scale/results';
import { runScenario, SCENARIOS } from './scale/scenarios';

const print = ({ headings, rows }: Table) => console.log(`\n${table(headings, rows)}\n`);

main(async () => {
	if (process.platform !== 'linux') {
		throw new UserError('This measurement requires Linux.', 'Run it in a Debian container.');
	}
	const options = readOptions();
	if (!options) return;
	const n8n = await ensureN8n();
	const programs = await ensurePrograms();
	const prerequisites = { programs, n8n, node: await buildAndPack() };
	const loads: LoadResult[] = [];
	const scenarios: ScenarioResult[] = [];
	for (const mode of options.parts.includes('load') ? options.modes : []) {
		loads.push(await measureLoad(prerequisites, mode, options));
		print(loadTable(loads));
	}
	for (const scenario of options.parts.includes('faults') ? SCENARIOS : []) {
		const modes = options.modes.filter((mode) => scenario.modes.includes(mode));
		if (modes.length === 0) continue;
		const results: ScenarioResult[] = [];
		for (const mode of modes) {
			results.push(await runScenario(prerequisites, scenario, mode, options));
		}
		console.log(`\nKilled: ${scenario.name}`);
		print(scenarioTable(results));
		scenarios.push(...results);
	}
	for (const mode of options.parts.includes('register') ? options.modes : []) {
		await checkRegister(prerequisites, mode, options);
	}
	if (!options.write) return;
	const results = await mergeResults({ loads, scenarios });
	console.log(`Written: ${await writeReport(results, n8n.version)}`);
});
