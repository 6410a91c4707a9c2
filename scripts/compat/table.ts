import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../bench/support/table';
import type { JestResult } from '../lib/jest';
import { root } from '../lib/paths';
import { tool } from '../lib/processes';
import { UserError } from '../lib/userError';

/** Lines around the table. */
const BEGIN = '<!-- compat: begin (npm run test:compat writes this) -->';
const END = '<!-- compat: end -->';

const HEADINGS = ['n8n', 'Node.js', 'Engine tests', 'Server tests', 'Command'];

export interface VersionResult {
	version: string;
	/** Version of the Node.js that runs this n8n. */
	nodeVersion: string;
	engine: JestResult;
	e2e: JestResult;
}

/** Title of a test that documents a limitation of older n8n versions. */
const LIMITATION = / needs n8n \d/;

/** e.g. "118 passed", "117 passed, 1 failed (test title)", "118 passed (limitation)". */
function summary({ passed, failed }: JestResult): string {
	const counts = [`${passed.length} passed`, failed.length && `${failed.length} failed`];
	const titles = [...failed, ...passed.filter((title) => LIMITATION.test(title))];
	const details = titles.length > 0 ? ` (${titles.join('; ').replaceAll('|', '\\|')})` : '';
	return counts.filter(Boolean).join(', ') + details;
}

export function row({ version, nodeVersion, engine, e2e }: VersionResult): string[] {
	const command = `\`npm run test:compat -- ${version}\``;
	return [version, nodeVersion, summary(engine), summary(e2e), command];
}

export function table(results: VersionResult[]): string {
	return markdownTable(HEADINGS, results.map(row));
}

/** Updates the rows of the tested versions in docs/compatibility.md, and keeps the other rows. */
export async function writeTable(versions: string[], results: VersionResult[]): Promise<void> {
	const file = join(root, 'docs', 'compatibility.md');
	const [before, rest] = (await readFile(file, 'utf8')).split(BEGIN);
	const [previous, after] = rest?.split(END) ?? [];
	if (before === undefined || previous === undefined || after === undefined) {
		throw new UserError(`${file} has no place for the table.`, `Add the lines\n${BEGIN}\n${END}`);
	}
	const lines = [...table(results).split('\n'), ...previous.split('\n')];
	const rows = versions.flatMap((version) => {
		return lines.find((line) => line.startsWith(`| ${version} `)) ?? [];
	});
	const text = [table([]), ...rows].join('\n');
	await writeFile(file, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
	await tool('prettier/bin/prettier.cjs', ['--write', '--log-level=warn', file]);
}
