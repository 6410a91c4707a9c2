import { parse } from 'flatted';
import { z } from 'zod';

const itemSchema = z.object({
	json: z.record(z.unknown()),
	binary: z
		.record(
			z.object({
				mimeType: z.string(),
				fileName: z.string().optional(),
				/** Set when the content lies in the binary data store. */
				id: z.string().optional(),
				/** Base64, without an id. */
				data: z.string().optional(),
				/** In words, e.g. "1.2 MB". */
				fileSize: z.string().optional(),
				bytes: z.number().optional(),
			}),
		)
		.optional(),
});

const errorSchema = z.object({
	message: z.string(),
	description: z.string().nullish(),
	context: z.record(z.unknown()).optional(),
});

const nodeRunSchema = z.object({
	executionStatus: z.string().optional(),
	/** Milliseconds since 1970. */
	startTime: z.number(),
	/** Milliseconds. */
	executionTime: z.number(),
	error: errorSchema.optional(),
	data: z.object({ main: z.array(z.array(itemSchema).nullable()).optional() }).optional(),
});

/** Nothing is there yet while an execution is only just created. */
const runDataSchema = z
	.object({
		resultData: z
			.object({
				runData: z.record(z.array(nodeRunSchema)).default({}),
				lastNodeExecuted: z.string().optional(),
				error: errorSchema.optional(),
			})
			.default({}),
	})
	.default({});

/** One execution as n8n's REST API gives it; `data` is flatted JSON. */
export const executionSchema = z.object({
	id: z.coerce.string(),
	status: z.string(),
	workflowId: z.string(),
	data: z.string().optional(),
});

export type Item = z.output<typeof itemSchema>;
export type NodeRun = z.output<typeof nodeRunSchema>;

/** One run of a workflow, as far as it has come. */
export class Execution {
	readonly id: string;
	/** n8n's word: new, running, waiting, success, error, canceled, crashed. */
	readonly status: string;
	private readonly result: z.output<typeof runDataSchema>['resultData'];

	constructor(raw: z.output<typeof executionSchema>) {
		this.id = raw.id;
		this.status = raw.status;
		const data = raw.data ? parse(raw.data) : undefined;
		this.result = runDataSchema.parse(data).resultData;
	}

	/** Whether it will not change any more. */
	get isOver(): boolean {
		return ['success', 'error', 'canceled', 'crashed'].includes(this.status);
	}

	/** What went wrong, in n8n's words: message, then description. */
	get problem(): string {
		const { error, lastNodeExecuted } = this.result;
		const told = [error?.message, error?.description].filter(Boolean).join(' ');
		return `${lastNodeExecuted ?? 'no node'}: ${told || this.status}`;
	}

	/** Every run of a node, in order; none if it did not run. */
	runsOf(node: string): NodeRun[] {
		return this.result.runData[node] ?? [];
	}

	/** The items of one output of a node's last run. */
	itemsOf(node: string, output = 0): Item[] {
		return this.runsOf(node).at(-1)?.data?.main?.[output] ?? [];
	}
}
