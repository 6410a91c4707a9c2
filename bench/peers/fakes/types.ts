import { z } from 'zod';

/** A prompt with this word is refused, and costs nothing. */
export const REFUSED = '[refused]';

/** Longer than any node waits. */
export const NEVER_SECONDS = 1e8;

export const estimatesSchema = z.enum(['truthful', 'absent', 'long', 'short', 'frozen', 'jumping']);
/** How honestly the Veo API tells what is left: `long` and `short` are off by a factor of three. */
export type Estimates = z.output<typeof estimatesSchema>;

const faultSchema = z.object({
	on: z.enum(['submit', 'poll']),
	/** A reset comes after the request was acted on: a submit is accepted, and its answer lost. */
	kind: z.enum(['503', '429', 'reset']),
	/** Which call of that sort it hits, 0 for the first. */
	nth: z.number().int(),
});
export type Fault = z.output<typeof faultSchema>;

/** How an API behaves towards one run of a node. */
export const planSchema = z.object({
	/** Life of the first, second, … accepted job, seconds; the last is that of all further ones. */
	jobSeconds: z.array(z.number()).min(1),
	/** A submit is answered after a random time up to this, seconds. */
	slowSubmitSeconds: z.number(),
	estimates: estimatesSchema,
	faults: z.array(faultSchema),
});
export type Plan = z.output<typeof planSchema>;

/** What an API has seen of a run; times are epoch milliseconds of the fast clock. */
export const historySchema = z.object({
	jobs: z.array(
		z.object({
			id: z.string(),
			bornAt: z.number(),
			endsAt: z.number(),
			looks: z.array(z.number()),
		}),
	),
	/** When each request came, of whatever sort. */
	calls: z.array(z.number()),
});
export type History = z.output<typeof historySchema>;
export type Job = History['jobs'][number];
