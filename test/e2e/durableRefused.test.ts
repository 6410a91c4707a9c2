/** An n8n that cannot park an execution until its sub-workflow ends (before 2.41) is told so at once. */
import { startSandbox, type Sandbox } from '../../sandbox/client';
import { packedNode } from '../../scripts/lib/pack';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { promptsWorkflow } from './support/promptsWorkflow';

// n8n starts in seconds, but is installed first if this machine does not have it yet.
jest.setTimeout(15 * 60_000);

let sandbox: Sandbox;
let n8n: N8nInstance;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 1 });
	n8n = await N8nInstance.start({ n8n: await ensureN8n(), node: await packedNode() });
	const data = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	await n8n.importCredential({ name: 'Veo API', type: 'veoApi', data });
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

test.each(['generate', 'getStatus'])('%s refuses before it sends anything', async (operation) => {
	const parameters = { operation, videoId: 'an-id', waitForCompletion: true, waitMode: 'durable' };
	const workflow = promptsWorkflow({ name: operation, prompts: ['one', 'two'], parameters });
	const execution = await n8n.run(await n8n.importWorkflow(workflow));
	expect(execution.status).toBe('error');
	expect(execution.problem).toContain("'Wait Mode' cannot be Durable: it needs n8n 2.41 or later");
	expect(await sandbox.journal()).toEqual([]);
});
