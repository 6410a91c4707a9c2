import { parse } from 'flatted';
import { z } from 'zod';

const binarySchema = z.object({
	mimeType: z.string(),
	fileName: z.string().optional(),
	/** ID in the binary data store. */
	id: z.string().optional(),
});

const itemSchema = z.object({
	json: z.record(z.unknown()),
	binary: z.record(binarySchema).optional(),
});

const errorSchema = z.object({ message: z.string(), description: z.string().nullish() });

const nodeRunSchema = z.object({
	metadata: z.object({ tracing: z.record(z.unknown()).optional() }).optional(),
	/** Milliseconds. */
	executionTime: z.number().optional(),
	data: z.object({ main: z.array(z.array(itemSchema).nullable()).optional() }).optional(),
	hints: z.array(z.object({ message: z.string() })).default([]),
});

const resultSchema = z.object({
	runData: z.record(z.array(nodeRunSchema)).default({}),
	lastNodeExecuted: z.string().optional(),
	error: errorSchema.optional(),
});

/** The data of a new execution is empty. */
const dataSchema = z.object({ resultData: resultSchema.default({}) }).default({});

/** An execution in n8n's REST API; `data` is flatted JSON. */
export const executionSchema = z.object({
	id: z.coerce.string(),
	status: z.string(),
	workflowId: z.string(),
	data: z.string().optional(),
	customData: z.record(z.string()).nullish(),
});

type Item = z.output<typeof itemSchema>;
type NodeRun = z.output<typeof nodeRunSchema>;

/** Statuses that don't change anymore. */
export const FINAL_STATUSES = ['success', 'error', 'crashed', 'canceled'];

export class Execution {
	readonly id: string;
	/** n8n's status: new, running, waiting, success, error, canceled or crashed. */
	readonly status: string;
	/** Entries of n8n's custom data. The editor shows them only with a license. */
	readonly customData: Record<string, string>;
	private readonly result: z.output<typeof resultSchema>;

	constructor({ id, status, data, customData }: z.output<typeof executionSchema>) {
		this.id = id;
		this.status = status;
		this.customData = customData ?? {};
		this.result = dataSchema.parse(data ? parse(data) : undefined).resultData;
	}

	get isFinished(): boolean {
		return FINAL_STATUSES.includes(this.status);
	}

	/** n8n's error message and description, after the name of the last node; or else the status. */
	get problem(): string {
		const { error, lastNodeExecuted } = this.result;
		const text = [error?.message, error?.description].filter(Boolean).join(' ');
		return `${lastNodeExecuted ?? 'no node'}: ${text || this.status}`;
	}

	runsOf(node: string): NodeRun[] {
		return this.result.runData[node] ?? [];
	}

	/** The items of one output in a node's last run. */
	itemsOf(node: string, output = 0): Item[] {
		return this.runsOf(node).at(-1)?.data?.main?.[output] ?? [];
	}
}
