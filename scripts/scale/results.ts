import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../lib/paths';
import { MODES } from './options';

const counts = z.record(z.number());
const videos = z.object({
	submitted: z.number(),
	twice: z.number(),
	looksMean: z.number(),
	looksMost: z.number(),
});

const loadSchema = z.object({
	mode: z.enum(MODES),
	executions: z.number(),
	jobSeconds: z.number(),
	workers: z.number(),
	concurrency: z.number(),
	/** Executions at the end, by status. */
	statuses: counts,
	/** Until n8n had answered the last webhook call. */
	orderSeconds: z.number(),
	/** From the first webhook call to the end of the last execution. */
	seconds: z.number(),
	/** Of one execution, from the order to its end. */
	durations: z.object({ median: z.number(), longest: z.number() }),
	slots: z.object({ peak: z.number(), mean: z.number(), secondsPerVideo: z.number() }),
	processes: z.array(
		z.object({
			name: z.string(),
			baseline: z.number(),
			peak: z.number(),
			cpuSeconds: z.number(),
		}),
	),
	videos,
	/** All executions that n8n wrote down, and what they take. */
	database: z.object({ executions: z.number(), bytes: z.number() }),
});

const faultSchema = z.object({
	scene: z.string(),
	mode: z.enum(MODES),
	executions: z.number(),
	jobSeconds: z.number(),
	/** Executions by status when the process was killed. */
	before: counts,
	/** And at the end. */
	after: counts,
	/** From the first webhook call to the end of the last execution; null: not all ended. */
	seconds: z.number().nullable(),
	videos,
});

const resultsSchema = z.object({ loads: z.array(loadSchema), faults: z.array(faultSchema) });

export type LoadResult = z.output<typeof loadSchema>;
export type FaultResult = z.output<typeof faultSchema>;
export type Results = z.output<typeof resultsSchema>;

/** What earlier runs have measured, from which the document is written. */
const file = join(root, 'docs', 'scaling.figures.json');

/** The results with those of earlier runs for what was not measured this time; kept for later runs. */
export async function withEarlier(fresh: Results): Promise<Results> {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	// what an older version of this script has written is of no use
	const { data: earlier = { loads: [], faults: [] } } = resultsSchema.safeParse(
		text && JSON.parse(text),
	);
	const loads = new Map([...earlier.loads, ...fresh.loads].map((one) => [one.mode, one]));
	const faults = new Map(
		[...earlier.faults, ...fresh.faults].map((one) => [`${one.scene} ${one.mode}`, one]),
	);
	const all = { loads: [...loads.values()], faults: [...faults.values()] };
	await writeFile(file, `${JSON.stringify(all, null, '\t')}\n`);
	return all;
}
