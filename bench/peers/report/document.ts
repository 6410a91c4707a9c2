import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../support/table';
import type { Results } from '../results';
import { cpuTable, overheadTable, pollingTable, sameWorkTable, type Table } from './tables';
import { targetsTable } from './targets';

const markdown = ([headings = [], ...rows]: Table) => markdownTable(headings, rows);

/** The Markdown page of the results. */
export async function documentOf(results: Results): Promise<string> {
	const { subjects, machine, date, timeFactor } = results;
	const values = new Map<string, string | number>([
		...Object.entries(machine),
		['date', date],
		['timeFactor', timeFactor],
		['minute', 60 / timeFactor],
		['labels', subjects.map(({ label }) => `"${label}"`).join(', ')],
		['tenItems', subjects.map(({ ten }) => ten.toFixed(0)).join(', ')],
		['sameWork', markdown(sameWorkTable(results))],
		['polling', markdown(pollingTable(results))],
		['overhead', markdown(overheadTable(results))],
		['cpu', markdown(cpuTable(results))],
		['targets', markdown(targetsTable(results))],
	]);
	const template = join(__dirname, 'benchmarks.template.md');
	const text = (await readFile(template, 'utf8')).replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
		const value = values.get(name);
		if (value === undefined) throw new Error(`The template has an unknown value '${name}'`);
		return String(value);
	});
	return await format(text, { ...(await resolveConfig(template)), parser: 'markdown' });
}
