import type { IDataObject, IExecuteFunctions, INodeParameters } from 'n8n-workflow';
import { reasonOf } from '../execution/inlineWorkflow';
import { UNSAVED } from '../execution/waitWorkflow';
import { err, ok } from '../result';
import { COLUMNS, columnType, parseRow, type RegisterRow, type RowValues } from './row';
import { TableError, type RegisterTable, type RowQuery, type RowUpdate } from './table';
import { runTableSteps, type TableStep } from './tableWorkflow';

/** SQLite fails at 1,000 conditions in one query. */
const MAX_CONDITIONS = 500;

/** IDs of the tables that were opened in this process, by workflow and name. */
const knownTables = new Map<string, string>();

/** How n8n reports that a table or a column doesn't exist. */
const GONE = /could not (be found|find)|not found|do(es)? not exist|unknown column/i;

/** How n8n reports that rows were inserted or deleted while it read them. */
const CHANGED = /changed during pagination/;
const MAX_REREADS = 10;

type Condition = { keyName: string; condition: string; keyValue?: string | number };

/** The register in an n8n data table of the workflow's project. */
export class DataTable implements RegisterTable {
	constructor(
		private readonly functions: IExecuteFunctions,
		private readonly name: string,
	) {}

	async insertAndRead(rows: readonly RowValues[], query: RowQuery): Promise<RegisterRow[]> {
		const [first = [], ...others] = chunks(conditionsOf(query));
		const inserts = rows.length > 0 ? [INSERT] : [];
		const found = await this.run([...inserts, getStep(first, query.limit)], rows);
		for (const conditions of others) {
			found.push(...(await this.run([getStep(conditions, query.limit)])));
		}
		const parsed = found.flatMap((json) => parseRow(json) ?? []);
		const byId = new Map(parsed.map((row) => [row.id, row]));
		return [...byId.values()].sort((a, b) => a.id - b.id);
	}

	async claim(rows: readonly RegisterRow[], newOwner: string): Promise<Set<number>> {
		const updated = await this.run(
			[CLAIM],
			rows.map(({ id, executionId }) => ({ id, executionId: newOwner, createdAt: executionId })),
		);
		return new Set(updated.flatMap(({ id }) => (typeof id === 'number' ? id : [])));
	}

	async write(updates: readonly RowUpdate[], removals: readonly number[]): Promise<void> {
		const rows = updates.filter((update) => !isDelivery(update));
		const delivered = updates.filter(isDelivery);
		// all at the same time
		const [{ values: delivery } = { values: {} }] = delivered;
		const steps = [
			...(rows.length > 0 ? [UPDATE] : []),
			...chunks(delivered.map(hasId)).map((conditions) =>
				changeStep('update', conditions, {
					columns: { mappingMode: 'defineBelow', value: { ...delivery } },
				}),
			),
			...chunks(removals.map((id) => hasId({ id }))).map((conditions) =>
				changeStep('deleteRows', conditions),
			),
		];
		if (steps.length === 0) return;
		await this.run(
			steps,
			rows.map(({ id, values }) => ({ id, ...values })),
		);
	}

	/** Runs steps on the table. If a table that was opened earlier is gone, another one is opened. */
	private async run(
		steps: readonly TableStep[],
		rows: ReadonlyArray<Partial<RowValues>> = [],
		rereads = 0,
	): Promise<IDataObject[]> {
		const { id: workflowId } = this.functions.getWorkflow();
		const executionId = this.functions.getExecutionId();
		if (!workflowId || !executionId || executionId === UNSAVED) {
			throw new TableError("this workflow or execution isn't saved");
		}
		const key = JSON.stringify([workflowId, this.name]);
		const known = knownTables.get(key);
		const value = known ?? (await this.open());
		knownTables.set(key, value);
		const dataTableId = { __rl: true, mode: 'id', value };
		const result = await runTableSteps(
			this.functions,
			steps.map((step) => ({ ...step, parameters: { ...step.parameters, dataTableId } })),
			rows.map((row) => ({ ...row })),
		).then(ok, (thrown: unknown) => err(reasonOf(thrown)));
		if (result.ok) return result.value;
		if (rereads < MAX_REREADS && CHANGED.test(result.error)) {
			// only the last step reads, so all others have succeeded
			return await this.run(steps.slice(-1), [], rereads + 1);
		}
		knownTables.delete(key);
		if (known !== undefined && GONE.test(result.error)) return await this.run(steps, rows);
		throw new TableError(`n8n couldn't access the data table '${this.name}': ${result.error}`);
	}

	/** @returns the table's ID; creates the table if it doesn't exist */
	private async open(): Promise<string> {
		const { functions, name } = this;
		const existing = await this.find();
		if (existing !== undefined) return existing;
		const column = COLUMNS.map((each) => ({ name: each, type: columnType(each) }));
		const columns = { columns: { column }, options: { createIfNotExists: false } };
		const reason = await runTableSteps(functions, [
			tableStep('create', { tableName: name, ...columns }),
		]).then(() => 'it is missing', reasonOf);
		// even after a failure: another execution may have created it
		const created = await this.find();
		if (created !== undefined) return created;
		throw new TableError(`n8n couldn't create the data table '${name}': ${reason}`);
	}

	/** @throws TableError if a table of this name has other columns */
	private async find(): Promise<string | undefined> {
		const { name } = this;
		const list = tableStep('list', { returnAll: true, options: { filterName: name } });
		const listed = await runTableSteps(this.functions, [list]).catch((thrown: unknown) => {
			throw new TableError(
				`n8n couldn't list its data tables (this requires n8n 2.3 or later): ${reasonOf(thrown)}`,
			);
		});
		// n8n also lists tables whose name contains this one
		const table = listed.find((json) => json.name === name);
		if (typeof table?.id !== 'string') return undefined;
		const types = columnTypes(table.columns);
		const missing = COLUMNS.filter((column) => types.get(column) !== columnType(column));
		if (missing.length === 0) return table.id;
		const names = missing.map((column) => `${column} (${columnType(column)})`).join(', ');
		throw new TableError(
			`the data table '${name}' isn't a video register: it lacks the columns ${names}`,
		);
	}
}

function tableStep(operation: string, parameters: INodeParameters): TableStep {
	return { parameters: { resource: 'table', operation, ...parameters } };
}

const COLUMNS_OF_ITEM = { columns: { mappingMode: 'autoMapInputData', value: {} } };

const INSERT: TableStep = {
	parameters: { operation: 'insert', ...COLUMNS_OF_ITEM, options: { optimizeBulk: true } },
	forEachItem: true,
};

/** Updates the row of each item. n8n never writes its own columns, so these can be conditions. */
function updateEach(...conditions: Condition[]): TableStep {
	const filters = {
		conditions: [{ keyName: 'id', condition: 'eq', keyValue: '={{ $json.id }}' }, ...conditions],
	};
	return {
		parameters: {
			...{ operation: 'update', matchType: 'allConditions', filters },
			...COLUMNS_OF_ITEM,
		},
		forEachItem: true,
	};
}

const UPDATE = updateEach();
const CLAIM = updateEach(
	{ keyName: 'executionId', condition: 'eq', keyValue: '={{ $json.createdAt }}' },
	// before n8n 2.41, the condition 'isEmpty' matches only null
	{ keyName: 'deliveredAt', condition: 'eq', keyValue: '' },
);

/** Whether an update changes only the time of delivery: one query for all rows. */
function isDelivery({ values }: RowUpdate): boolean {
	return Object.keys(values).join() === 'deliveredAt';
}

function changeStep(
	operation: string,
	conditions: Condition[],
	parameters?: INodeParameters,
): TableStep {
	const matchType = 'anyCondition';
	return { parameters: { operation, matchType, filters: { conditions }, ...parameters } };
}

function getStep(conditions: Condition[], limit: number): TableStep {
	return changeStep('get', conditions, {
		...{ returnAll: false, limit, orderBy: true, orderByColumn: 'id', orderByDirection: 'DESC' },
	});
}

function conditionsOf({ fingerprints, sinceMs }: RowQuery): Condition[] {
	const conditions: Condition[] = fingerprints.map((keyValue) => ({
		...{ keyName: 'fingerprint', condition: 'eq', keyValue },
	}));
	if (sinceMs !== undefined) {
		const keyValue = new Date(sinceMs).toISOString();
		conditions.push({ keyName: 'createdAt', condition: 'gte', keyValue });
	}
	return conditions;
}

function hasId({ id }: { id: number }): Condition {
	return { keyName: 'id', condition: 'eq', keyValue: id };
}

function chunks<T>(values: readonly T[]): T[][] {
	const count = Math.ceil(values.length / MAX_CONDITIONS);
	return Array.from({ length: count }, (_, index) =>
		values.slice(index * MAX_CONDITIONS, (index + 1) * MAX_CONDITIONS),
	);
}

function columnTypes(columns: unknown): Map<unknown, unknown> {
	return new Map(
		Array.isArray(columns)
			? columns.map((column: { name?: unknown; type?: unknown }) => [column.name, column.type])
			: [],
	);
}
