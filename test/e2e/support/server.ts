import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/client';
import { packedNode } from '../../../scripts/lib/pack';
import type { Execution } from '../../../scripts/n8n/execution';
import { ensureN8n } from '../../../scripts/n8n/install';
import { N8nInstance } from '../../../scripts/n8n/instance';

/** A real n8n with the packed node and a credential for the sandbox. */
export interface Server {
	n8n: N8nInstance;
	sandbox: Sandbox;
	/** Executes a workflow from one of its triggers. Throws the execution's error. */
	run(workflowId: string, triggerName?: string): Promise<Execution>;
	/** Number of submit requests, accepted or not. */
	submissions(): Promise<number>;
	end(): Promise<void>;
}

/**
 * @param options - options of the sandbox; by default, a video takes one second
 * @param env - additional environment variables of n8n
 */
export async function startServer(
	options: Partial<SandboxOptions> = {},
	env: NodeJS.ProcessEnv = {},
): Promise<Server> {
	const sandbox = await startSandbox({ jobSeconds: 1, ...options });
	const n8n = await N8nInstance.start({ n8n: await ensureN8n(), node: await packedNode(), env });
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
	return {
		n8n,
		sandbox,
		async run(workflowId, triggerName) {
			const execution = await n8n.waitUntilFinished(await n8n.begin(workflowId, triggerName), 120);
			if (execution.status !== 'success') throw new Error(execution.problem);
			return execution;
		},
		submissions: async () => (await sandbox.journal({ endpoint: 'generate' })).length,
		async end() {
			await n8n.stop();
			await sandbox.close();
		},
	};
}
