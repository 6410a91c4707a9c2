import { z } from 'zod';
import { UserError } from '../lib/userError';
import { waitFor } from '../lib/waitFor';
import { Execution, executionSchema } from './execution';
import { deleteAll } from './deleteAll';
import { N8nRest, RestError } from './rest';
import { withCredentials, workflowSchema, type Workflow } from './workflow';

const POLLING = { intervalMs: 250 };
const RUN_TIMEOUT_SECONDS = 600;

/** The login of every instance started here. They only listen on this machine. */
export const OWNER = { email: 'owner@example.com', password: 'Veo-sandbox-1' } as const;

export interface Credential {
	name: string;
	type: string;
	data: Record<string, string>;
}

const anything = z.unknown();
const withId = z.object({ id: z.string() });
const settingsSchema = z.object({
	userManagement: z.object({ showSetupOnFirstLoad: z.boolean() }),
});
const publicationSchema = z.object({
	status: z.enum(['in_progress', 'not_published', 'published', 'partial', 'failed']),
	triggers: z.array(z.object({ errorMessage: z.string().nullish() })),
});
const credentialTest = z.object({ status: z.string(), message: z.string() });
const storedWorkflow = workflowSchema.extend({ versionId: z.string() });

const tableRow = z.record(z.union([z.string(), z.number(), z.null()]));
const tableSchema = withId.extend({ name: z.string(), projectId: z.string() });

type StoredWorkflow = z.output<typeof storedWorkflow>;

/** A user's session in n8n's editor: each method does what the editor does. */
export class N8nSession {
	private readonly rest: N8nRest;
	private readonly credentials = new Map<string, string>();

	/**
	 * @param url base URL of the instance, e.g. http://127.0.0.1:5678
	 * @param cookie login cookie of another session; n8n limits the number of logins
	 */
	constructor(
		readonly url: string,
		cookie?: string,
	) {
		this.rest = new N8nRest(url, cookie);
	}

	/** The login cookie, after a login. */
	get cookie(): string | undefined {
		return this.rest.cookie;
	}

	/** Deletes what users create: workflows with their executions, credentials, tables and keys. */
	async deleteAll(): Promise<void> {
		await deleteAll(this.rest);
		this.credentials.clear();
	}

	async isUp(): Promise<boolean> {
		try {
			await this.rest.request('GET', '/settings', settingsSchema);
			return true;
		} catch (error) {
			if (error instanceof UserError) return false; // no server yet, or "n8n is starting up"
			throw error;
		}
	}

	/** Logs in as the owner. Creates the owner of a new instance. */
	async logIn(): Promise<void> {
		const { userManagement } = await this.rest.request('GET', '/settings', settingsSchema);
		const { email, password } = OWNER;
		if (userManagement.showSetupOnFirstLoad) {
			const owner = { email, password, firstName: 'Veo', lastName: 'Sandbox' };
			await this.rest.request('POST', '/owner/setup', anything, owner);
		} else {
			const login = { emailOrLdapLoginId: email, password };
			await this.rest.request('POST', '/login', anything, login);
		}
	}

	/** Creates a credential, or replaces one of the same type and name. @returns its ID */
	async importCredential(credential: Credential): Promise<string> {
		const { name, type } = credential;
		const listSchema = z.array(withId.extend({ name: z.string(), type: z.string() }));
		const all = await this.rest.request('GET', '/credentials', listSchema);
		const known = all.find((candidate) => candidate.name === name && candidate.type === type);
		const { id } = known
			? await this.rest.request('PATCH', `/credentials/${known.id}`, withId, credential)
			: await this.rest.request('POST', '/credentials', withId, credential);
		this.credentials.set(`${type} ${name}`, id);
		return id;
	}

	/** Creates a key for n8n's public API. */
	async createApiKey(label: string, scopes: string[]): Promise<string> {
		const created = z.object({ rawApiKey: z.string() });
		const body = { label, scopes, expiresAt: null };
		return (await this.rest.request('POST', '/api-keys', created, body)).rawApiKey;
	}

	/** Saves and tests a credential; older n8n versions can't test unsaved ones. */
	async testCredential(credential: Credential): Promise<z.output<typeof credentialTest>> {
		const id = await this.importCredential(credential);
		const body = { credentials: { id, ...credential } };
		return await this.rest.request('POST', '/credentials/test', credentialTest, body);
	}

	/** A stored workflow, or undefined if the ID is unknown. */
	async workflow(id: string): Promise<StoredWorkflow | undefined> {
		return await unlessMissing(this.rest.request('GET', `/workflows/${id}`, storedWorkflow));
	}

	private async existingWorkflow(id: string): Promise<StoredWorkflow> {
		const workflow = await this.workflow(id);
		if (!workflow) throw new UserError(`n8n has no workflow with the ID ${id}.`);
		return workflow;
	}

	/**
	 * Creates a workflow, or replaces one with the same ID. Assigns the imported credentials to its
	 * nodes by type and name.
	 * @returns its ID; n8n 1.x assigns a different one to new workflows
	 */
	async importWorkflow(original: Workflow): Promise<string> {
		const idOf = (type: string, name: string) => this.credentials.get(`${type} ${name}`);
		const workflow = withCredentials(original, idOf);
		const known = await this.workflow(workflow.id);
		if (!known) {
			const body = { ...workflow, active: false }; // required by n8n 1.x
			return (await this.rest.request('POST', '/workflows', withId, body)).id;
		}
		const path = `/workflows/${workflow.id}?forceSave=true`;
		const body = { ...workflow, versionId: known.versionId };
		return (await this.rest.request('PATCH', path, withId, body)).id;
	}

	/**
	 * Starts a workflow like the editor's "Execute workflow" button.
	 * @param trigger the trigger to start from; default: the first Manual Trigger
	 * @returns the execution's ID
	 */
	async begin(workflowId: string, trigger?: string): Promise<string> {
		const { nodes } = await this.existingWorkflow(workflowId);
		const name = trigger ?? nodes.find(({ type }) => type.endsWith('.manualTrigger'))?.name;
		if (!name) throw new UserError(`Workflow ${workflowId} has no Manual Trigger.`);
		const started = z.object({ executionId: z.string() });
		return (await this.startFrom(workflowId, name, started)).executionId;
	}

	/** Listens for one request to a trigger's test URL, like the editor's "Listen" button. */
	async listen(workflowId: string, trigger: string): Promise<void> {
		const listening = z.object({ waitingForWebhook: z.literal(true) });
		await this.startFrom(workflowId, trigger, listening);
	}

	private async startFrom<T extends z.ZodTypeAny>(id: string, name: string, schema: T) {
		const workflowData = await this.existingWorkflow(id);
		const body = { triggerToStartFrom: { name }, workflowData };
		return await this.rest.request('POST', `/workflows/${id}/run`, schema, body);
	}

	/** Executes a workflow and waits until it finishes with any status. */
	async run(workflowId: string, timeoutSeconds = RUN_TIMEOUT_SECONDS): Promise<Execution> {
		return await this.waitUntilFinished(await this.begin(workflowId), timeoutSeconds);
	}

	async execution(id: string): Promise<Execution> {
		return new Execution(await this.rest.request('GET', `/executions/${id}`, executionSchema));
	}

	/** Like execution(), but undefined while it has no data; n8n 2.20 then returns an error. */
	async executionIfReady(id: string): Promise<Execution | undefined> {
		try {
			const schema = executionSchema.optional();
			const execution = await this.rest.request('GET', `/executions/${id}`, schema);
			return execution && new Execution(execution);
		} catch (error) {
			const hasNoData = error instanceof RestError && /reading 'resultData'/.test(error.message);
			if (hasNoData) return undefined;
			throw error;
		}
	}

	/** Waits for an execution to finish. @throws UserError after the timeout */
	async waitUntilFinished(id: string, timeoutSeconds = RUN_TIMEOUT_SECONDS): Promise<Execution> {
		const execution = await waitFor(
			async () => await this.executionIfReady(id),
			(current) => current?.isFinished === true,
			{ ...POLLING, timeoutMs: timeoutSeconds * 1000 },
		);
		if (execution?.isFinished) return execution;
		const status = execution?.status ?? 'without data';
		throw new UserError(`Execution ${id} is still ${status} after ${timeoutSeconds} s.`);
	}

	/** Downloads a file from n8n's binary data store. @param id ID in the item's binary data */
	async binary(id: string): Promise<Buffer> {
		return await this.rest.bytes(`/binary-data?action=download&id=${encodeURIComponent(id)}`);
	}

	async stopExecution(id: string): Promise<void> {
		await this.rest.request('POST', `/executions/${id}/stop`, anything);
	}

	/** "Retry execution" with the original workflow. @returns the new, finished execution */
	async retryExecution(id: string): Promise<Execution> {
		const path = `/executions/${id}/retry`;
		const retry = await this.rest.request('POST', path, withId, { loadWorkflow: false });
		return await this.waitUntilFinished(retry.id);
	}

	/**
	 * IDs of the matching executions, newest first: n8n lists those that haven't started after those
	 * that run. It queries these and finished executions separately, so it returns one that finishes in
	 * between twice, or not at all.
	 */
	async executions(filter: { workflowId?: string; status?: string[] }): Promise<string[]> {
		const query = encodeURIComponent(JSON.stringify(filter));
		const listSchema = z.object({ results: z.array(z.object({ id: z.coerce.string() })) });
		const { results } = await this.rest.request('GET', `/executions?filter=${query}`, listSchema);
		return [...new Set(results.map(({ id }) => id))].sort((a, b) => Number(b) - Number(a));
	}

	/** While they run, these include sub-workflows that n8n deletes when they end (saveDataSuccessExecution). */
	async executionsOf(workflowId: string): Promise<string[]> {
		return await this.executions({ workflowId });
	}

	/** Like executionsOf(), but read, and without those that n8n deleted in the meantime. */
	async readExecutionsOf(workflowId: string): Promise<Execution[]> {
		const ids = await this.executionsOf(workflowId);
		const read = await Promise.all(ids.map(async (id) => await this.executionIfReady(id)));
		return read.filter((execution) => execution !== undefined);
	}

	/** The rows of a data table, oldest first; undefined if the table doesn't exist. */
	async tableRows(name: string): Promise<Array<z.output<typeof tableRow>> | undefined> {
		const table = await this.findTable(name);
		if (!table) return undefined;
		const path = `/projects/${table.projectId}/data-tables/${table.id}/rows?take=250&sortBy=id:asc`;
		return (await this.rest.request('GET', path, z.object({ data: z.array(tableRow) }))).data;
	}

	async deleteTable(name: string): Promise<void> {
		const table = await this.findTable(name);
		if (!table) throw new UserError(`n8n has no data table "${name}".`);
		const path = `/projects/${table.projectId}/data-tables/${table.id}`;
		await this.rest.request('DELETE', path, anything);
	}

	/** Creates a data table in the user's personal project. */
	async createTable(name: string, columns: Array<{ name: string; type: string }>): Promise<void> {
		const { id } = await this.rest.request('GET', '/projects/personal', withId);
		await this.rest.request('POST', `/projects/${id}/data-tables`, withId, { name, columns });
	}

	private async findTable(name: string) {
		const list = z.object({ data: z.array(tableSchema) });
		const { data } = await this.rest.request('GET', '/data-tables-global?take=250', list);
		return data.find((table) => table.name === name);
	}

	/**
	 * Publishes a workflow (n8n 1.x: activates it) and waits until its webhooks and forms work.
	 * @throws UserError with n8n's reason if a trigger can't be activated
	 */
	async publish(workflowId: string): Promise<void> {
		const { versionId } = await this.existingWorkflow(workflowId);
		const path = `/workflows/${workflowId}`;
		await this.rest.request('POST', `${path}/activate`, anything, { versionId });
		const status = async () =>
			await unlessMissing(
				this.rest.request('GET', `${path}/publication-status`, publicationSchema),
			);
		// Older n8n versions don't have this route; they activate the workflow before they respond.
		const publication = await waitFor(
			status,
			(current) => !current || ['published', 'failed', 'partial'].includes(current.status),
			{ ...POLLING, timeoutMs: Infinity },
		);
		if (!publication || publication.status === 'published') return;
		const reasons = publication.triggers.map(({ errorMessage }) => errorMessage ?? '');
		throw new UserError(`Couldn't publish workflow ${workflowId}.`, reasons.join('\n'));
	}
}

async function unlessMissing<T>(response: Promise<T>): Promise<T | undefined> {
	try {
		return await response;
	} catch (error) {
		if (error instanceof RestError && error.status === 404) return undefined;
		throw error;
	}
}
