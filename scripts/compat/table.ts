import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure';
import type { JestResult } from '../lib/jest';
import { root } from '../lib/paths';
import { tool } from '../lib/processes';

/** The table stands in the README between these. */
const BEGIN = '<!-- compat: begin (npm run test:compat writes this) -->';
const END = '<!-- compat: end -->';

const HEADINGS = ['n8n', 'Node.js', 'Engine tests', 'Server tests', 'Command'];

/** What the tests say of one n8n. */
export interface Verdict {
	version: string;
	/** Of the Node.js that this n8n ran on. */
	nodeVersion: string;
	engine: JestResult;
	e2e: JestResult;
}

/** Tests that stand for what an older n8n cannot do are named so. */
const LACK = / needs n8n \d/;

/** e.g. "118 passed", "117 passed, 1 failed (its name)", "118 passed (what this n8n lacks)". */
function told({ passed, failed, passes, failures }: JestResult): string {
	const counts = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
	const names = [...failures, ...passes.filter((name) => LACK.test(name))];
	return names.length === 0 ? counts : `${counts} (${names.join('; ').replaceAll('|', '\\|')})`;
}

/** A line of a Markdown table. */
function line(cells: string[]): string {
	return `| ${cells.join(' | ')} |`;
}

export function row({ version, nodeVersion, engine, e2e }: Verdict): string {
	const command = `\`npm run test:compat -- ${version}\``;
	return line([version, nodeVersion, told(engine), told(e2e), command]);
}

export function table(rows: string[]): string {
	return [line(HEADINGS), line(HEADINGS.map(() => '---')), ...rows].join('\n');
}

/** Puts the verdicts into the README; the rows of versions that were not tested now are kept. */
export async function writeTable(versions: string[], verdicts: Verdict[]): Promise<void> {
	const file = join(root, 'README.md');
	const readme = await readFile(file, 'utf8');
	const [before, rest] = readme.split(BEGIN);
	const [old, after] = rest?.split(END) ?? [];
	if (before === undefined || old === undefined || after === undefined) {
		throw new Failure('README.md has no place for the table.', `Add the lines\n${BEGIN}\n${END}`);
	}
	const rows = versions.flatMap((version) => {
		const verdict = verdicts.find((candidate) => candidate.version === version);
		const known = old.split('\n').find((text) => text.startsWith(`| ${version} `));
		return verdict ? [row(verdict)] : (known ?? []);
	});
	await writeFile(file, [before, BEGIN, '\n\n', table(rows), '\n\n', END, after].join(''));
	await tool('prettier/bin/prettier.cjs', ['--write', '--log-level=warn', file]);
}
