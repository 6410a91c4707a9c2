import { outputs } from '../../../nodes/Veo/actions/video/getStatus.operation';
import { ParameterReader } from '../../../nodes/Veo/parameters/parameterReader';
import { createNode, getParameter } from '../support/veoNode';

function outputsFor(parameters: object) {
	const source = {
		getNode: () => createNode(),
		getNodeParameter: (name: string, _itemIndex: number, fallback: unknown) =>
			getParameter(parameters, name, fallback),
	};
	return outputs(new ParameterReader(source, 0));
}

describe('a user of Get Status has', () => {
	it.each([
		['by default', {}],
		['if Branch by Status is disabled', { branchByStatus: false }],
		['while the node waits', { branchByStatus: true, waitForCompletion: true }],
	])('one output, also for errors, %s', (_, parameters) => {
		expect(outputsFor(parameters)).toEqual({ count: 1, error: 0 });
	});

	it('three outputs with Branch by Status, the third one for errors', () => {
		expect(outputsFor({ branchByStatus: true })).toEqual({ count: 3, error: 2 });
	});
});

it("a poll cycle has the two outputs of the node's own workflow", () => {
	const cycle = { waitForCompletion: true, waitMode: 'durable', parentExecutionId: '42' };
	expect(outputsFor(cycle)).toEqual({ count: 2, error: 0 });
});
