import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../lib/failure';
import { Execution, executionSchema } from './execution';
import { N8nRest, RestFailure } from './rest';
import { withCredentials, workflowSchema, type Workflow } from './workflow';

const LOOK_EVERY_MS = 250;
const RUN_LIMIT_SECONDS = 900;

/** The login of every instance started here; it listens on this machine only. */
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
type CredentialTest = z.output<typeof credentialTest>;
const storedWorkflow = workflowSchema.extend({ versionId: z.string() });

export type StoredWorkflow = z.output<typeof storedWorkflow>;

/** What a user does in the editor of a running n8n, as methods. */
export class N8nSession {
	private readonly rest: N8nRest;
	/** Ids of imported credentials by type and name. */
	private readonly credentials = new Map<string, string>();

	/** @param url of the instance, e.g. http://127.0.0.1:5678 */
	constructor(readonly url: string) {
		this.rest = new N8nRest(url);
	}

	/** Whether n8n answers yet. */
	async isUp(): Promise<boolean> {
		try {
			await this.rest.request('GET', '/settings', settingsSchema);
			return true;
		} catch (error) {
			// Not listening yet, or "n8n is starting up".
			if (error instanceof Failure) return false;
			throw error;
		}
	}

	/** Logs in as the owner; a new instance gets its owner first. */
	async logIn(): Promise<void> {
		const { userManagement } = await this.rest.request('GET', '/settings', settingsSchema);
		if (userManagement.showSetupOnFirstLoad) {
			const names = { firstName: 'Veo', lastName: 'Sandbox' };
			await this.rest.request('POST', '/owner/setup', anything, { ...OWNER, ...names });
			return;
		}
		await this.rest.request('POST', '/login', anything, {
			emailOrLdapLoginId: OWNER.email,
			password: OWNER.password,
		});
	}

	/** Stores a credential; one of the same name and type is overwritten. @returns its id */
	async importCredential({ name, type, data }: Credential): Promise<string> {
		const listed = z.array(withId.extend({ name: z.string(), type: z.string() }));
		const all = await this.rest.request('GET', '/credentials', listed);
		const known = all.find((credential) => credential.name === name && credential.type === type);
		const { id } = known
			? await this.rest.request('PATCH', `/credentials/${known.id}`, withId, { name, type, data })
			: await this.rest.request('POST', '/credentials', withId, { name, type, data });
		this.credentials.set(`${type} ${name}`, id);
		return id;
	}

	/** Tests a credential as the editor's button does. It is stored first: older n8n test no other. */
	async testCredential(credential: Credential): Promise<CredentialTest> {
		const id = await this.importCredential(credential);
		const body = { credentials: { id, ...credential } };
		return await this.rest.request('POST', '/credentials/test', credentialTest, body);
	}

	/** The stored workflow, or undefined if there is none of that id. */
	async workflow(id: string): Promise<StoredWorkflow | undefined> {
		return await this.unlessMissing(this.rest.request('GET', `/workflows/${id}`, storedWorkflow));
	}

	private async existingWorkflow(id: string): Promise<StoredWorkflow> {
		const workflow = await this.workflow(id);
		if (!workflow) throw new Failure(`n8n has no workflow of id ${id}.`);
		return workflow;
	}

	/**
	 * Stores a workflow, over one of the same id. Its nodes get the credentials of the names they
	 * give that were imported before.
	 * @returns its id: its own, but n8n 1.x gives every new workflow another
	 */
	async importWorkflow(original: Workflow): Promise<string> {
		const idOf = (type: string, name: string) => this.credentials.get(`${type} ${name}`);
		const workflow = withCredentials(original, idOf);
		const known = await this.workflow(workflow.id);
		if (!known) {
			const body = { ...workflow, active: false }; // n8n 1.x asks for it
			return (await this.rest.request('POST', '/workflows', withId, body)).id;
		}
		const path = `/workflows/${workflow.id}?forceSave=true`;
		const body = { ...workflow, versionId: known.versionId };
		return (await this.rest.request('PATCH', path, withId, body)).id;
	}

	/**
	 * Starts a workflow as the editor's button does.
	 * @param triggerName where to start; default: the first Manual Trigger
	 * @returns the execution's id
	 */
	async begin(workflowId: string, triggerName?: string): Promise<string> {
		const workflowData = await this.existingWorkflow(workflowId);
		const trigger = workflowData.nodes.find(({ name, type }) =>
			triggerName ? name === triggerName : type.endsWith('.manualTrigger'),
		);
		if (!trigger) {
			const wanted = triggerName ?? 'Manual Trigger';
			throw new Failure(`Workflow "${workflowData.name}" has no ${wanted} to start from.`);
		}
		const started = z.object({ executionId: z.string() });
		const body = { triggerToStartFrom: { name: trigger.name }, workflowData };
		const path = `/workflows/${workflowId}/run`;
		return (await this.rest.request('POST', path, started, body)).executionId;
	}

	/** Waits for one call to a trigger's test URL, as the editor's button to listen does. */
	async listen(workflowId: string, trigger: string): Promise<void> {
		const workflowData = await this.existingWorkflow(workflowId);
		const body = { triggerToStartFrom: { name: trigger }, workflowData };
		const listening = z.object({ waitingForWebhook: z.literal(true) });
		await this.rest.request('POST', `/workflows/${workflowId}/run`, listening, body);
	}

	/** Runs a workflow to its end, whatever the end. */
	async run(workflowId: string, limitSeconds = RUN_LIMIT_SECONDS): Promise<Execution> {
		return await this.untilOver(await this.begin(workflowId), limitSeconds);
	}

	/** An execution as it stands. */
	async execution(id: string): Promise<Execution> {
		return new Execution(await this.rest.request('GET', `/executions/${id}`, executionSchema));
	}

	/** The same; undefined as long as it has no data, over which n8n 2.20 stumbles. */
	async executionSoFar(id: string): Promise<Execution | undefined> {
		try {
			return await this.execution(id);
		} catch (error) {
			if (error instanceof RestFailure && /reading 'resultData'/.test(error.what)) return undefined;
			throw error;
		}
	}

	/** Waits for the end of an execution. @throws Failure if it does not end in time */
	async untilOver(id: string, limitSeconds = RUN_LIMIT_SECONDS): Promise<Execution> {
		const deadlineMs = Date.now() + limitSeconds * 1000;
		for (;;) {
			const execution = await this.executionSoFar(id);
			if (execution?.isOver) return execution;
			if (Date.now() > deadlineMs) {
				const status = execution?.status ?? 'without data';
				throw new Failure(`Execution ${id} is still ${status} after ${limitSeconds} s.`);
			}
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** A file in n8n's binary data store. @param id as the item's binary data gives it */
	async binary(id: string): Promise<Buffer> {
		return await this.rest.bytes(`/binary-data?action=download&id=${encodeURIComponent(id)}`);
	}

	/** Stops an execution as the editor's button does. */
	async stopExecution(id: string): Promise<void> {
		await this.rest.request('POST', `/executions/${id}/stop`, anything);
	}

	/** "Retry execution" with the workflow as it was. @returns the new execution, at its end */
	async retryExecution(id: string): Promise<Execution> {
		const path = `/executions/${id}/retry`;
		const retry = await this.rest.request('POST', path, withId, { loadWorkflow: false });
		return await this.untilOver(retry.id);
	}

	/** Ids of a workflow's executions, the newest first. */
	async executionsOf(workflowId: string): Promise<string[]> {
		return await this.executions({ workflowId });
	}

	/**
	 * Ids of the executions that are as asked for, the newest first. n8n asks for those running and
	 * for those ended in two queries, so that one that ends right then may be missing.
	 */
	async executions(wanted: { workflowId?: string; status?: string[] }): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify(wanted));
		const listed = z.object({ results: z.array(z.object({ id: z.coerce.string() })) });
		const { results } = await this.rest.request('GET', `/executions?filter=${filter}`, listed);
		return results.map(({ id }) => id);
	}

	/**
	 * Publishes a workflow (n8n 1.x: activates it) and waits until its webhooks and forms are
	 * reachable. @throws Failure with n8n's reason if a trigger cannot be activated
	 */
	async publish(workflowId: string): Promise<void> {
		const { versionId } = await this.existingWorkflow(workflowId);
		const path = `/workflows/${workflowId}`;
		await this.rest.request('POST', `${path}/activate`, anything, { versionId });
		for (;;) {
			const publication = await this.unlessMissing(
				this.rest.request('GET', `${path}/publication-status`, publicationSchema),
			);
			// An n8n without that route has activated the workflow before it answered.
			if (!publication || publication.status === 'published') return;
			if (publication.status === 'failed' || publication.status === 'partial') {
				const reasons = publication.triggers.map(({ errorMessage }) => errorMessage ?? '');
				throw new Failure(`Workflow ${workflowId} was not published.`, reasons.join('\n'));
			}
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** undefined instead of n8n's 404. */
	private async unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
		try {
			return await answer;
		} catch (error) {
			if (error instanceof RestFailure && error.status === 404) return undefined;
			throw error;
		}
	}
}
