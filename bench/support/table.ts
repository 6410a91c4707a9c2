import { table as format } from 'table';

/** A text table with a line under its headings; all columns but the first are right-aligned. */
export function table(headings: string[], rows: string[][]): string {
	return format([headings, ...rows], {
		border: {
			...{ bodyLeft: '', bodyJoin: '  ', bodyRight: '' },
			...{ joinLeft: '', joinBody: '-', joinJoin: '--', joinRight: '' },
		},
		columnDefault: { alignment: 'right', paddingLeft: 0, paddingRight: 0 },
		columns: [{ alignment: 'left' }],
		drawHorizontalLine: (index) => index === 1,
	}).trimEnd();
}

/** The same rows as a Markdown table. */
export function markdownTable(headings: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
