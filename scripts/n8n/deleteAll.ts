import { z } from 'zod';
import { UserError } from '../lib/userError';
import { waitFor } from '../lib/waitFor';
import { RestError, type N8nRest } from './rest';

const anything = z.unknown();
const withId = z.object({ id: z.coerce.string() });
const list = z.array(withId);
const tables = z.object({ data: z.array(withId.extend({ projectId: z.string() })) });
const executions = z.object({ results: list });
/** n8n before 2.41 lists the keys themselves. */
const keys = list.or(z.object({ items: list }).transform(({ items }) => items));

const ACTIVE = encodeURIComponent(JSON.stringify({ status: ['new', 'running', 'waiting'] }));

/** Whether n8n accepted the request, or had no such route or object; false while it has to wait. */
async function isAccepted(response: Promise<unknown>): Promise<boolean> {
	try {
		await response;
		return true;
	} catch (error) {
		if (!(error instanceof RestError)) throw error;
		if (error.status === 404) return true;
		if (error.status === 409) return false;
		throw error;
	}
}

/** An execution can end while n8n stops it, and n8n then responds with an error. */
async function stopExecutions(rest: N8nRest): Promise<void> {
	const active = async () =>
		(await rest.request('GET', `/executions?filter=${ACTIVE}`, executions)).results;
	const stop = async () => {
		for (const { id } of await active()) {
			await rest.request('POST', `/executions/${id}/stop`, anything).catch((error: unknown) => {
				if (!(error instanceof RestError)) throw error;
			});
		}
		return await active();
	};
	const left = await waitFor(stop, ({ length }) => length === 0);
	if (left.length > 0) throw new UserError(`n8n didn't stop ${left.length} executions.`);
}

/** n8n only deletes archived workflows, and those that it has finished unpublishing. */
async function deleteWorkflows(rest: N8nRest): Promise<void> {
	for (const { id } of await rest.request('GET', '/workflows?take=250', list)) {
		const path = `/workflows/${id}`;
		await isAccepted(rest.request('POST', `${path}/archive`, anything, {}));
		const isDeleted = async () => await isAccepted(rest.request('DELETE', path, anything));
		if (!(await waitFor(isDeleted))) throw new UserError(`n8n didn't delete the workflow ${id}.`);
	}
}

async function deleteTables(rest: N8nRest): Promise<void> {
	try {
		const { data } = await rest.request('GET', '/data-tables-global?take=250', tables);
		for (const { id, projectId } of data) {
			await rest.request('DELETE', `/projects/${projectId}/data-tables/${id}`, anything);
		}
	} catch (error) {
		if (!(error instanceof RestError) || error.status !== 404) throw error; // none in old versions
	}
}

/** Deletes what users create: workflows with their executions, credentials, tables and keys. */
export async function deleteAll(rest: N8nRest): Promise<void> {
	await stopExecutions(rest);
	await deleteWorkflows(rest);
	for (const { id } of await rest.request('GET', '/credentials', list)) {
		await rest.request('DELETE', `/credentials/${id}`, anything);
	}
	await deleteTables(rest);
	for (const { id } of await rest.request('GET', '/api-keys', keys)) {
		await rest.request('DELETE', `/api-keys/${id}`, anything);
	}
}
