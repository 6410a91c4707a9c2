import type { IDataObject, INode, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { COLUMNS, columnType } from '../../nodes/Veo/register/row';
import { FAST, json, useEngine } from '../harness/setup';

/**
 * What the node does if n8n's data tables don't work. test/unit/register simulates the table,
 * test/e2e/register.test.ts uses a real one.
 */
const setup = useEngine();
const { run, calls } = setup;

const TABLE_COLUMNS = COLUMNS.map((name) => ({ name, type: columnType(name) }));

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];

const generate = (settings?: object) => ({
	prompt: 'a kite',
	waitForCompletion: false,
	options: { ...FAST, ...(settings && { register: { settings: { ...settings } } }) },
});

/** Records the sub-workflows, which all fail. */
function failing(message: string, started: INode[][] = []) {
	const executeWorkflow: ExecuteWorkflow = async ({ code }) => {
		started.push(code?.nodes ?? []);
		throw new Error(message);
	};
	return { additionalData: { executeWorkflow } };
}

it('starts no sub-workflow if the option is not set', async () => {
	const started: INode[][] = [];
	const { items } = await run(generate(), failing('unused', started));
	expect(items).toHaveLength(1);
	expect(started).toEqual([]);
});

describe.each([{ reuseHours: 1 }, { maxPerDay: 5 }])('with %j', (settings) => {
	it('sends nothing if the table does not work', async () => {
		const { error } = await run(generate(settings), failing('Data table size limit exceeded'));
		expect(error?.message).toContain("The video register can't be used");
		expect(error?.message).toContain('Data table size limit exceeded');
		expect(error?.description).toContain("wasn't sent");
		expect(await setup.sandbox.journal()).toEqual([]);
	});

	it('sends nothing if the execution is not saved', async () => {
		const { error } = await run(generate(settings), { additionalData: { executionId: undefined } });
		expect(error?.message).toContain("this workflow or execution isn't saved");
		expect(await setup.sandbox.journal()).toEqual([]);
	});
});

it('generates the video without the table if no setting depends on it, and says so', async () => {
	const {
		items,
		run: result,
		warnings,
	} = await run(
		generate({}),
		failing('Attempted to use Data table node but the module is disabled'),
	);
	expect(items[0]?.json).toMatchObject({ uuid: expect.any(String), status: 'pending' });
	expect(await calls('generate')).toHaveLength(1);
	expect(warnings.map(({ message }) => message).join()).toContain('the module is disabled');
	expect(JSON.stringify(result.data.resultData.runData)).toContain(
		'later executions may pay for these videos again',
	);
});

it('returns an error for each item if the node continues on fail', async () => {
	const { items } = await run(generate({ reuseHours: 1 }), {
		...failing('Data table size limit exceeded'),
		items: json({}, {}),
		settings: { onError: 'continueRegularOutput' },
	});
	expect(items.map(({ json: { error } }) => error)).toEqual(
		Array(2).fill(expect.stringContaining('Data table size limit exceeded')),
	);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it.each<[object, string]>([
	[{ reuseHours: -1 }, "'Reuse Within (Hours)' must be between 0 and 87,600 hours"],
	[{ maxPerDay: 'many' }, "'Max Videos per Day' must be at least 0 videos"],
])('rejects %j', async (settings, message) => {
	const { error } = await run(generate(settings), failing('unused'));
	expect(error?.message).toBe(message);
	expect(await setup.sandbox.journal()).toEqual([]);
});

it('uses sub-workflows that n8n does not list, with the name and ID of the workflow', async () => {
	const workflows: unknown[] = [];
	const executeWorkflow: ExecuteWorkflow = async ({ code }) => {
		workflows.push(code);
		throw new Error('stop');
	};
	await run(generate({}), { additionalData: { executeWorkflow } });
	expect(workflows).toEqual([
		expect.objectContaining({
			...{ id: 'harness', name: 'Harness' },
			settings: expect.objectContaining({
				callerPolicy: 'workflowsFromSameOwner',
				saveDataErrorExecution: 'none',
				saveDataSuccessExecution: 'none',
			}),
		}),
	]);
	expect(JSON.stringify(workflows)).not.toContain(setup.sandbox.key);
});

it('records a prompt with a NUL, which PostgreSQL rejects, without it', async () => {
	const inserted: IDataObject[] = [];
	const executeWorkflow: ExecuteWorkflow = async ({ code }, _, { inputData = [] }) => {
		const [, step] = code?.nodes ?? [];
		const table = { id: 't', name: 'nul', columns: TABLE_COLUMNS };
		if (step?.parameters.operation === 'list') return { executionId: '2', data: [json(table)] };
		inserted.push(...inputData.map(({ json: values }) => values));
		return { executionId: '2', data: [json(...inserted.map((row) => ({ id: 1, ...row })))] };
	};
	const prompt = 'a\0 kite';
	const { items } = await run(
		{ ...generate({ table: 'nul' }), prompt },
		{ additionalData: { executeWorkflow } },
	);
	expect(items[0]?.json).toMatchObject({ status: 'pending' });
	expect(inserted[0]).toMatchObject({ prompt: 'a kite' });
});

it.each([
	[false, 1],
	// n8n discards the output of each try but the last, which the node can't recognize
	[true, 0],
])(
	'with Retry On Fail: %s and a first item that failed, records %s deliveries',
	async (retryOnFail, count) => {
		const name = `delivery ${retryOnFail}`;
		const rows: IDataObject[] = [];
		const delivered: unknown[] = [];
		const executeWorkflow: ExecuteWorkflow = async ({ code }, _, { inputData = [] }) => {
			const steps = (code?.nodes ?? []).slice(1).map(({ parameters }) => parameters);
			const operations = steps.map(({ operation }) => operation);
			const table = { id: 't', name, columns: TABLE_COLUMNS };
			if (operations.includes('list')) return { executionId: '2', data: [json(table)] };
			if (operations.includes('insert')) {
				rows.push(...inputData.map(({ json: values }, index) => ({ id: index + 1, ...values })));
			}
			for (const { json: values } of inputData) {
				Object.assign(rows.find(({ id }) => id === values.id) ?? {}, values);
				if (values.deliveredAt && operations.includes('update')) delivered.push(values.id);
			}
			delivered.push(
				...steps.filter((step) => JSON.stringify(step.columns)?.includes('deliveredAt')),
			);
			return { executionId: '2', data: [json(...rows)] };
		};
		const parameters = { ...generate({ table: name }), prompt: '={{ $json.prompt }}' };
		const { items } = await run(parameters, {
			items: json({ prompt: '' }, { prompt: 'a kite' }),
			settings: { retryOnFail, maxTries: 2, waitBetweenTries: 1, onError: 'continueRegularOutput' },
			additionalData: { executeWorkflow },
		});
		expect(items[1]?.json).toMatchObject({ uuid: expect.any(String) });
		expect(delivered).toHaveLength(count);
		expect(await calls('generate')).toHaveLength(1);
	},
);

it('reads again if other executions change the table during the read, and inserts only once', async () => {
	const operations: string[] = [];
	let inserted: IDataObject[] = [];
	let failures = 3;
	const executeWorkflow: ExecuteWorkflow = async ({ code }, _, { inputData = [] }) => {
		const steps = (code?.nodes ?? [])
			.slice(1)
			.map(({ parameters }) => String(parameters.operation));
		operations.push(steps.join(' and '));
		if (steps.includes('insert')) {
			inserted = inputData.map(({ json: values }, index) => ({ id: index + 1, ...values }));
		}
		if (steps.includes('get') && failures-- > 0) {
			throw new Error('synchronization error: result count changed during pagination');
		}
		const rows = steps.includes('list')
			? [{ id: 't', name: 'veo_videos', columns: TABLE_COLUMNS }]
			: inserted;
		return { executionId: '2', data: [json(...rows)] };
	};
	const { items } = await run(generate({ reuseHours: 1 }), { additionalData: { executeWorkflow } });
	expect(items[0]?.json).toMatchObject({ status: 'pending' });
	expect(operations).toEqual(['list', 'insert and get', 'get', 'get', 'get', 'update']);
	expect(await calls('generate')).toHaveLength(1);
});
