import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../lib/paths';
import { MODES } from './options';

export const statusesSchema = z.record(z.number());

const slotsSchema = z.object({
	peak: z.number(),
	mean: z.number(),
	secondsPerVideo: z.number(),
});

const processSchema = z.object({
	name: z.string(),
	/** Resident memory before the first webhook request, bytes. */
	baseline: z.number(),
	/** Maximum resident memory, bytes. */
	peak: z.number(),
	/** CPU time between the first and the last sample. */
	cpuSeconds: z.number(),
});

const videosSchema = z.object({
	submitted: z.number(),
	/** Prompts that the API received more than once. */
	duplicates: z.number(),
	statusChecksMean: z.number(),
	statusChecksMax: z.number(),
});

/** Durations of executions, seconds. */
export const durationsSchema = z.object({ median: z.number(), longest: z.number() });

/** All executions in the database, including sub-workflows, and their size. */
export const databaseSchema = z.object({ executions: z.number(), bytes: z.number() });

const loadSchema = z.object({
	mode: z.enum(MODES),
	executions: z.number(),
	jobSeconds: z.number(),
	workers: z.number(),
	concurrency: z.number(),
	/** At the end. */
	statuses: statusesSchema,
	/** Until the last webhook response. */
	responseSeconds: z.number(),
	/** From the first webhook request until the last execution finished. */
	seconds: z.number(),
	durations: durationsSchema,
	slots: slotsSchema,
	processes: z.array(processSchema),
	videos: videosSchema,
	database: databaseSchema,
});

const scenarioSchema = z.object({
	scenario: z.string(),
	mode: z.enum(MODES),
	executions: z.number(),
	jobSeconds: z.number(),
	/** When the process was killed. */
	before: statusesSchema,
	/** At the end. */
	after: statusesSchema,
	/** From the first webhook request until the last execution finished; null if some didn't finish. */
	seconds: z.number().nullable(),
	videos: videosSchema,
});

const resultsSchema = z.object({ loads: z.array(loadSchema), scenarios: z.array(scenarioSchema) });

export type Statuses = z.output<typeof statusesSchema>;
export type SlotFigures = z.output<typeof slotsSchema>;
export type ProcessFigures = z.output<typeof processSchema>;
export type VideoFigures = z.output<typeof videosSchema>;
export type LoadResult = z.output<typeof loadSchema>;
export type ScenarioResult = z.output<typeof scenarioSchema>;
export type Results = z.output<typeof resultsSchema>;

const file = join(root, 'docs', 'scaling.figures.json');

/** Adds the results of earlier runs that weren't measured now, and saves all of them. */
export async function mergeResults(current: Results): Promise<Results> {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	// Results in the format of an older version are discarded.
	const { data } = resultsSchema.safeParse(text && JSON.parse(text));
	const { loads, scenarios } = data ?? { loads: [], scenarios: [] };
	const latest = <T>(keyOf: (result: T) => string, results: T[]) => [
		...new Map(results.map((result) => [keyOf(result), result])).values(),
	];
	const merged = {
		loads: latest(({ mode }) => mode, [...loads, ...current.loads]),
		scenarios: latest(
			({ scenario, mode }) => `${scenario} ${mode}`,
			[...scenarios, ...current.scenarios],
		),
	};
	await writeFile(file, `${JSON.stringify(merged, null, '\t')}\n`);
	return merged;
}
