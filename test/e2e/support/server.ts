import type { Sandbox, SandboxOptions } from '../../../sandbox/client';
import type { Execution } from '../../../scripts/n8n/execution';
import type { N8nInstance } from '../../../scripts/n8n/instance';
import { obtainSandbox } from '../../harness/sandbox';
import { borrowN8n, startN8n } from './n8n';

/** A real n8n with the packed node and a credential for the sandbox. Test files share both. */
export interface Server {
	n8n: N8nInstance;
	sandbox: Sandbox;
	/** A folder that the file nodes can access, besides examples/media. */
	folder: string;
	/** Executes a workflow from one of its triggers. Throws the execution's error. */
	run(workflowId: string, triggerName?: string): Promise<Execution>;
	/** Number of submit requests, accepted or not. */
	submissions(): Promise<number>;
	end(): Promise<void>;
}

/**
 * @param options - options of the sandbox; by default, a video takes one second
 * @param env - additional environment variables of an n8n that no other test file uses
 */
export async function startServer(
	options: Partial<SandboxOptions> = {},
	env?: NodeJS.ProcessEnv,
): Promise<Server> {
	const { n8n, folder, end } = env ? await startN8n(env) : await borrowN8n();
	const sandbox = await obtainSandbox({ jobSeconds: 1, ...options });
	await sandbox.reset();
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
	return {
		...{ n8n, sandbox, folder },
		async run(workflowId, triggerName) {
			const execution = await n8n.waitUntilFinished(await n8n.begin(workflowId, triggerName), 120);
			if (execution.status !== 'success') throw new Error(execution.problem);
			return execution;
		},
		submissions: async () => (await sandbox.journal({ endpoint: 'generate' })).length,
		async end() {
			await end();
			await sandbox.close();
		},
	};
}
