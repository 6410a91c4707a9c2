/** A durable wait in an n8n without the nodes of the wait workflow. In its own file: the check is cached. */
import { useEngine } from '../harness/setup';

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
		"'Wait Mode' can't be set to 'Durable': n8n can't run its Wait node in a sub-workflow (Unrecognized node type: n8n-nodes-base.wait)",
	);
	expect(await setup.sandbox.journal()).toEqual([]);
});
