/** A durable wait that can't work: n8n lacks a node, or the credential has another value there. */
import type { INode } from 'n8n-workflow';
import { json, useEngine } from '../harness/setup';

const setup = useEngine();

it('is rejected before anything is sent, with the reason', async () => {
	const { error } = await setup.run(
		{ prompt: 'A kite', waitForCompletion: true, waitMode: 'durable' },
		{
			additionalData: {
				executeWorkflow: async () => {
					throw new Error('Unrecognized node type: n8n-nodes-base.wait');
				},
			},
		},
	);
	expect(error?.message).toBe(
		"'Wait Mode' can't be set to 'Durable': n8n can't run the sub-workflow that waits (Unrecognized node type: n8n-nodes-base.wait)",
	);
	expect(await setup.sandbox.journal()).toEqual([]);
});

/** n8n evaluates the credential's expressions with the items of the sub-workflow. */
it.each([
	['={{ $json.key }}', "n8n can't run the sub-workflow that waits ('API Key' is missing"],
	[
		"={{ $json.key ?? 'another' }}",
		'an expression in the credential has another value in the sub-workflow that waits',
	],
])('is rejected before anything is sent with the API key %s', async (apiKey, reason) => {
	const { key, baseUrl } = setup.sandbox;
	const credential = { apiKey, baseUrl };
	const executeWorkflow = async ({ code }: { code?: { nodes: INode[] } }) => ({
		executionId: '2',
		data: [await setup.runStep(code?.nodes ?? [], { credential })],
	});
	const { error } = await setup.run(
		{ prompt: 'A kite', waitForCompletion: true, waitMode: 'durable' },
		{ items: json({ key }), credential, additionalData: { executeWorkflow } },
	);
	expect(error?.message).toContain(`'Wait Mode' can't be set to 'Durable': ${reason}`);
	expect(await setup.sandbox.journal()).toEqual([]);
});
