import { z } from 'zod';
import type { Postgres } from './postgres';
import { databaseSchema, durationsSchema, statusesSchema, type Statuses } from './results';

/** Executions started by webhook; sub-workflows have the mode "integrated". */
const WEBHOOK = "from execution_entity where mode = 'webhook'";

async function select<T extends z.ZodTypeAny>(
	postgres: Postgres,
	schema: T,
	sql: string,
): Promise<z.output<T>> {
	return schema.parse(JSON.parse(await postgres.query(`select ${sql}`)));
}

export async function statuses(postgres: Postgres): Promise<Statuses> {
	const counts = `(select status, count(*) as n ${WEBHOOK} group by status) as counts`;
	const sql = `coalesce(json_object_agg(status, n), '{}') from ${counts}`;
	return await select(postgres, statusesSchema, sql);
}

/**
 * How many executions have not finished, sub-workflows included. One that isn't saved keeps its status
 * until n8n removes its row.
 */
export async function unfinishedCount(postgres: Postgres): Promise<number> {
	const unfinished = `status in ('new', 'running', 'waiting') and "deletedAt" is null`;
	const sql = `count(*) from execution_entity where ${unfinished}`;
	return await select(postgres, z.number(), sql);
}

export async function failedIds(postgres: Postgres): Promise<string[]> {
	const sql = `coalesce(json_agg(id::text), '[]') ${WEBHOOK} and status in ('error', 'crashed')`;
	return await select(postgres, z.array(z.string()), sql);
}

/** Durations from the creation of an execution until it finished. */
export async function durations(postgres: Postgres) {
	const seconds = 'extract(epoch from "stoppedAt" - "createdAt")';
	const median = `percentile_cont(0.5) within group (order by ${seconds})`;
	const sql = `json_build_object('median', ${median}, 'longest', max(${seconds})) ${WEBHOOK}`;
	return await select(postgres, durationsSchema, sql);
}

/** When the last execution finished, epoch milliseconds. */
export async function lastFinishMs(postgres: Postgres): Promise<number> {
	return await select(
		postgres,
		z.number(),
		`extract(epoch from max("stoppedAt")) * 1000 ${WEBHOOK}`,
	);
}

export async function databaseSize(postgres: Postgres) {
	const tables = ['execution_entity', 'execution_data', 'execution_metadata'];
	const bytes = tables.map((table) => `pg_total_relation_size('${table}')`).join(' + ');
	const executions = '(select count(*) from execution_entity)';
	const sql = `json_build_object('executions', ${executions}, 'bytes', ${bytes})`;
	return await select(postgres, databaseSchema, sql);
}
