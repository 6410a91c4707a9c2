import { z } from 'zod';
import type { Postgres } from './postgres';

/** Executions that a webhook started; those that a node started are of mode "integrated". */
const ORDERED = "mode = 'webhook'";

const countsSchema = z.record(z.number());
const durationsSchema = z.object({ median: z.number(), longest: z.number() });
const sizeSchema = z.object({ executions: z.number(), bytes: z.number() });

export type Statuses = z.output<typeof countsSchema>;

/** How many executions the orders made, by n8n's word for their status. */
export async function statuses(postgres: Postgres): Promise<Statuses> {
	const grouped = `select status, count(*) as n from execution_entity where ${ORDERED} group by status`;
	const sql = `select coalesce(json_object_agg(status, n), '{}') from (${grouped}) as counted`;
	return countsSchema.parse(JSON.parse(await postgres.query(sql)));
}

/** Ids of the ordered executions that did not end well. */
export async function failedIds(postgres: Postgres): Promise<string[]> {
	const failed = `${ORDERED} and status in ('error', 'crashed')`;
	const sql = `select coalesce(json_agg(id::text), '[]') from execution_entity where ${failed}`;
	return z.array(z.string()).parse(JSON.parse(await postgres.query(sql)));
}

/** How long the ordered executions took from order to end, seconds. */
export async function durations(postgres: Postgres): Promise<{ median: number; longest: number }> {
	const taken = 'extract(epoch from "stoppedAt" - "createdAt")';
	const median = `percentile_cont(0.5) within group (order by ${taken})`;
	const figures = `json_build_object('median', ${median}, 'longest', max(${taken}))`;
	const sql = `select ${figures} from execution_entity where ${ORDERED}`;
	return durationsSchema.parse(JSON.parse(await postgres.query(sql)));
}

/** When the last of the ordered executions ended, epoch milliseconds. */
export async function lastEndMs(postgres: Postgres): Promise<number> {
	const sql = `select extract(epoch from max("stoppedAt")) * 1000 from execution_entity where ${ORDERED}`;
	return Number(await postgres.query(sql));
}

/** All executions that n8n wrote down, and what they take. */
export async function databaseSize(
	postgres: Postgres,
): Promise<{ executions: number; bytes: number }> {
	const tables = ['execution_entity', 'execution_data', 'execution_metadata'];
	const bytes = tables.map((table) => `pg_total_relation_size('${table}')`).join(' + ');
	const executions = '(select count(*) from execution_entity)';
	const sql = `select json_build_object('executions', ${executions}, 'bytes', ${bytes})`;
	return sizeSchema.parse(JSON.parse(await postgres.query(sql)));
}
