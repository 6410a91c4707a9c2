import { z } from 'zod';

const jsonSchema = z.record(z.union([z.string(), z.number(), z.boolean()]));

/** One run of the node. Seconds are those of the engine's clock. */
export const runOrderSchema = z.object({
	kind: z.literal('run'),
	id: z.number(),
	/** Whether to run the plain node instead of the contestant's. */
	plain: z.boolean(),
	/** Where the API is. */
	url: z.string(),
	/** For an API that is particular about it. */
	apiKey: z.string(),
	/** JSON of the input items. */
	items: z.array(jsonSchema),
	/** In addition to those the node is run with anyway. */
	parameters: z.record(z.union([z.string(), z.number(), z.boolean(), jsonSchema])),
	/** 1: Retry On Fail is off. */
	maxTries: z.number(),
	/** Press Stop after so many seconds. */
	stopAfterSeconds: z.number().optional(),
	/** Where it ends in an error, retry the execution once, as a user would; that is then told of. */
	retryExecution: z.boolean(),
	/** Whether to tell where the time went; it slows the run down. */
	profile: z.boolean(),
});
export type RunOrder = z.output<typeof runOrderSchema>;

/** The same look-ups with nothing but axios. */
export const loopOrderSchema = z.object({
	kind: z.literal('loop'),
	id: z.number(),
	urls: z.array(z.string()),
	apiKey: z.string(),
	concurrency: z.number(),
});
export type LoopOrder = z.output<typeof loopOrderSchema>;

export const orderSchema = z.discriminatedUnion('kind', [runOrderSchema, loopOrderSchema]);
export type Order = z.output<typeof orderSchema>;

/** How a run ended. Epoch milliseconds are of the engine's clock. */
export const outcomeSchema = z.object({
	seconds: z.number(),
	endedAt: z.number(),
	status: z.string(),
	/** Each item's JSON. */
	items: z.array(z.string()),
	/** All that the error says, where it ended in one. */
	error: z.string().optional(),
	stoppedAt: z.number().optional(),
	/** Seconds of the processor by whose code it was, where that was asked for. */
	busySeconds: z.record(z.number()).optional(),
});
export type Outcome = z.output<typeof outcomeSchema>;

/** What the process that runs the engine answers. */
export const answerSchema = z.union([
	z.object({ id: z.number(), outcome: outcomeSchema }),
	z.object({ id: z.number(), problem: z.string() }),
]);
export type Answer = z.output<typeof answerSchema>;
