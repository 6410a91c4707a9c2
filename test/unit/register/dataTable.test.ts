import { DataTable } from '../../../nodes/Veo/register/dataTable';
import { COLUMNS, columnType } from '../../../nodes/Veo/register/row';
import type { TableFunctions } from '../../../nodes/Veo/register/tableWorkflow';
import { VirtualClock } from '../support/virtualClock';

const MINUTE_MS = 60_000;
const columns = COLUMNS.map((name) => ({ name, type: columnType(name) }));
const QUERY = { fingerprints: ['f'], limit: 10 };

/** n8n's data tables, by name. Records the IDs of the tables that were read. */
function tables(workflowId: string, ids: Record<string, string>) {
	const read: unknown[] = [];
	const functions: TableFunctions = {
		getWorkflow: () => ({ id: workflowId, name: 'Test', active: false }),
		getExecutionId: () => '1',
		async executeWorkflow({ code }) {
			const [, step] = code?.nodes ?? [];
			const listed = Object.entries(ids).map(([name, id]) => ({ json: { name, id, columns } }));
			if (step?.parameters.operation === 'list') return { executionId: '2', data: [listed] };
			const { dataTableId } = step?.parameters ?? {};
			read.push(dataTableId);
			return { executionId: '2', data: [[]] };
		},
	};
	return { functions, read: () => read.map((id) => JSON.stringify(id)) };
}

test('a table that was renamed is found by its name again after ten minutes', async () => {
	const clock = new VirtualClock();
	const ids: Record<string, string> = { videos: 'old' };
	const { functions, read } = tables('renamed', ids);
	const table = new DataTable(functions, 'videos', clock);
	await clock.run(async () => {
		await table.insertAndRead([], QUERY);
		// the user renames the table, and creates another one
		Object.assign(ids, { archive: 'old', videos: 'new' });
		await clock.sleep(9 * MINUTE_MS);
		await table.insertAndRead([], QUERY);
		await clock.sleep(2 * MINUTE_MS);
		await table.insertAndRead([], QUERY);
	});
	expect(read()).toEqual(['old', 'old', 'new'].map((id) => expect.stringContaining(`"${id}"`)));
});
