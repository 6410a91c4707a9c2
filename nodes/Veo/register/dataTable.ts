import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toSingleLine } from '../api/response';
import { COLUMNS, parseRow, type RegisterRow, type RowValues } from './row';
import { TableError, type RegisterTable, type RowQuery, type RowUpdate } from './table';
import { runTableSteps, type TableStep } from './tableWorkflow';

/** SQLite fails at 1,000 conditions in one query. */
const MAX_CONDITIONS = 500;

/** IDs of the tables that were opened in this process, by workflow and name. */
const knownTables = new Map<string, string>();

/** How n8n reports that a table or a column doesn't exist. */
const GONE = /could not be found|not found|do(es)? not exist|unknown column/i;

type Condition = { keyName: string; condition: string; keyValue?: string | number };

/** The register in an n8n data table of the workflow's project. */
export class DataTable implements RegisterTable {
	constructor(
		private readonly functions: IExecuteFunctions,
		private readonly name: string,
	) {}

	async insertAndRead(rows: readonly RowValues[], query: RowQuery): Promise<RegisterRow[]> {
		const inserts: TableStep[] = rows.length === 0 ? [] : [INSERT];
		const items = rows.length === 0 ? [{ json: {} }] : rows.map((row) => ({ json: { ...row } }));
		const [first = [], ...others] = chunks(conditionsOf(query));
		const found = await this.run([...inserts, getStep(first, query.limit)], items);
		for (const conditions of others) {
			found.push(...(await this.run([getStep(conditions, query.limit)], [{ json: {} }])));
		}
		const byId = new Map(
			found.flatMap(({ json }) => parseRow(json) ?? []).map((row) => [row.id, row]),
		);
		return [...byId.values()].sort((a, b) => a.id - b.id);
	}

	async claim(rows: readonly RegisterRow[], newOwner: string): Promise<Set<number>> {
		const items = rows.map(({ id, executionId }) => ({
			json: { id, executionId: newOwner, createdAt: executionId },
		}));
		const updated = await this.run([CLAIM], items);
		return new Set(updated.flatMap(({ json: { id } }) => (typeof id === 'number' ? [id] : [])));
	}

	async write(updates: readonly RowUpdate[], removals: readonly number[]): Promise<void> {
		const items = updates
			.filter((update) => !isDelivery(update))
			.map(({ id, values }) => ({ json: { id, ...values } }));
		const deliveries = updates.filter(isDelivery);
		const times = new Set(deliveries.map(({ values }) => values.deliveredAt));
		const steps = [
			...(items.length > 0 ? [UPDATE] : []),
			...[...times].flatMap((deliveredAt) => {
				const rows = deliveries.filter(({ values }) => values.deliveredAt === deliveredAt);
				return chunks(rows.map(({ id }) => hasId(id))).map((conditions) =>
					deliverStep(deliveredAt, conditions),
				);
			}),
			...chunks(removals.map(hasId)).map(deleteStep),
		].map((step, index) => ({ ...step, name: `${step.name} ${index}` }));
		if (steps.length > 0) await this.run(steps, items.length > 0 ? items : [{ json: {} }]);
	}

	/** Runs steps on the table. If a table that was opened earlier is gone, another one is opened. */
	private async run(
		steps: readonly TableStep[],
		items: INodeExecutionData[],
	): Promise<INodeExecutionData[]> {
		const key = JSON.stringify([this.functions.getWorkflow().id, this.name]);
		const known = knownTables.get(key);
		const first = await this.tryRun(steps, known ?? (await this.open()), items);
		if (first.ok) {
			knownTables.set(key, first.id);
			return first.items;
		}
		knownTables.delete(key);
		if (known !== undefined && GONE.test(first.reason)) return await this.run(steps, items);
		throw new TableError(`n8n couldn't access the data table '${this.name}': ${first.reason}`);
	}

	private async tryRun(
		steps: readonly TableStep[],
		id: string,
		items: INodeExecutionData[],
	): Promise<
		{ ok: true; id: string; items: INodeExecutionData[] } | { ok: false; reason: string }
	> {
		try {
			const result = await runTableSteps(this.functions, withTable(steps, id), items);
			return { ok: true, id, items: result };
		} catch (thrown) {
			return { ok: false, reason: reasonOf(thrown) };
		}
	}

	/** @returns the table's ID; creates the table if it doesn't exist */
	private async open(): Promise<string> {
		const existing = await this.find();
		if (existing !== undefined) return existing;
		const failure = await runTableSteps(this.functions, [this.createStep()], [{ json: {} }]).then(
			() => undefined,
			reasonOf,
		);
		// even after a failure: another execution may have created it
		const created = await this.find();
		if (created !== undefined) return created;
		throw new TableError(`n8n couldn't create the data table '${this.name}': ${failure ?? ''}`);
	}

	/** @throws TableError if a table of this name has other columns */
	private async find(): Promise<string | undefined> {
		const listed = await runTableSteps(this.functions, [this.listStep()], [{ json: {} }]).catch(
			(thrown: unknown) => {
				throw new TableError(
					`n8n couldn't list its data tables (this requires n8n 2.3 or later): ${reasonOf(thrown)}`,
				);
			},
		);
		// n8n also lists tables whose name contains this one
		const table = listed.find(({ json: { name } }) => name === this.name)?.json;
		if (typeof table?.id !== 'string') return undefined;
		const types = columnTypes(table.columns);
		const missing = Object.entries(COLUMNS).filter(([name, type]) => types.get(name) !== type);
		if (missing.length === 0) return table.id;
		const names = missing.map(([name, type]) => `${name} (${type})`).join(', ');
		throw new TableError(
			`The data table '${this.name}' isn't a video register: it lacks the columns ${names}`,
		);
	}

	private listStep(): TableStep {
		const options = { filterName: this.name };
		return {
			name: 'List',
			parameters: { resource: 'table', operation: 'list', returnAll: true, options },
		};
	}

	private createStep(): TableStep {
		const column = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
		return {
			name: 'Create',
			parameters: {
				...{ resource: 'table', operation: 'create', tableName: this.name },
				...{ columns: { column }, options: { createIfNotExists: false } },
			},
		};
	}
}

const AUTO_MAP = { mappingMode: 'autoMapInputData', value: {} };

const INSERT: TableStep = {
	name: 'Insert',
	parameters: {
		resource: 'row',
		operation: 'insert',
		columns: AUTO_MAP,
		options: { optimizeBulk: true },
	},
	forEachItem: true,
};

/** Updates the row of each item. n8n never writes its own columns, so these can be conditions. */
const UPDATE: TableStep = {
	name: 'Update',
	parameters: {
		...{ resource: 'row', operation: 'update', matchType: 'allConditions', columns: AUTO_MAP },
		filters: {
			conditions: [{ keyName: 'id', condition: 'eq', keyValue: '={{ $json.id }}' }],
		},
	},
	forEachItem: true,
};

const CLAIM: TableStep = {
	name: 'Claim',
	parameters: {
		...UPDATE.parameters,
		filters: {
			conditions: [
				{ keyName: 'id', condition: 'eq', keyValue: '={{ $json.id }}' },
				{ keyName: 'executionId', condition: 'eq', keyValue: '={{ $json.createdAt }}' },
				{ keyName: 'deliveredAt', condition: 'isEmpty' },
			],
		},
	},
	forEachItem: true,
};

/** Whether an update changes nothing but the time of delivery, which rows have in common. */
function isDelivery({ values }: RowUpdate): boolean {
	return Object.keys(values).join() === 'deliveredAt';
}

/** One query for many rows. */
function deliverStep(deliveredAt: string | undefined, conditions: Condition[]): TableStep {
	return {
		name: 'Deliver',
		parameters: {
			...{ resource: 'row', operation: 'update', matchType: 'anyCondition' },
			columns: { mappingMode: 'defineBelow', value: { deliveredAt } },
			filters: { conditions },
		},
	};
}

function getStep(conditions: Condition[], limit: number): TableStep {
	return {
		name: 'Get',
		parameters: {
			...{ resource: 'row', operation: 'get', matchType: 'anyCondition', filters: { conditions } },
			...{ returnAll: false, limit, orderBy: true, orderByColumn: 'id', orderByDirection: 'DESC' },
		},
	};
}

function deleteStep(conditions: Condition[]): TableStep {
	const parameters = { resource: 'row', operation: 'deleteRows', matchType: 'anyCondition' };
	return { name: 'Delete', parameters: { ...parameters, filters: { conditions } } };
}

function conditionsOf({ fingerprints, sinceMs }: RowQuery): Condition[] {
	const equal = (keyValue: string) => ({ keyName: 'fingerprint', condition: 'eq', keyValue });
	return [
		...(sinceMs === undefined
			? []
			: [{ keyName: 'createdAt', condition: 'gte', keyValue: new Date(sinceMs).toISOString() }]),
		...[...new Set(fingerprints)].map(equal),
	];
}

function hasId(id: number): Condition {
	return { keyName: 'id', condition: 'eq', keyValue: id };
}

function chunks<T>(values: readonly T[]): T[][] {
	const count = Math.ceil(values.length / MAX_CONDITIONS);
	return Array.from({ length: count }, (_, index) =>
		values.slice(index * MAX_CONDITIONS, (index + 1) * MAX_CONDITIONS),
	);
}

function withTable(steps: readonly TableStep[], id: string): TableStep[] {
	return steps.map((step) => ({
		...step,
		parameters: { ...step.parameters, dataTableId: { __rl: true, mode: 'id', value: id } },
	}));
}

function columnTypes(columns: unknown): Map<unknown, unknown> {
	return new Map(
		Array.isArray(columns)
			? columns.map((column: { name?: unknown; type?: unknown }) => [column.name, column.type])
			: [],
	);
}

function reasonOf(thrown: unknown): string {
	if (thrown instanceof TableError) return thrown.message;
	return toSingleLine(thrown instanceof Error ? thrown.message : String(thrown));
}
