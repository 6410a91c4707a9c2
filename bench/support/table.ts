/**
 * Lays out rows as a text table under a line of headings; columns but the first are right-aligned.
 * @returns lines, joined by newlines
 */
export function table(headings: string[], rows: string[][]): string {
	const lines = [headings, ...rows];
	const widths = headings.map((_, column) =>
		Math.max(...lines.map((line) => line[column]?.length ?? 0)),
	);
	const laidOut = lines.map((line) =>
		widths
			.map((width, column) => {
				const cell = line[column] ?? '';
				return column === 0 ? cell.padEnd(width) : cell.padStart(width);
			})
			.join('  ')
			.trimEnd(),
	);
	laidOut.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
	return laidOut.join('\n');
}

/** The same rows as a Markdown table. */
export function markdownTable(headings: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
