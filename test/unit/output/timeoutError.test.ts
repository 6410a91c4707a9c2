import { createJob } from '../../../nodes/Veo/api/parse';
import { timeoutError } from '../../../nodes/Veo/output/errors';
import { aNode } from '../../harness/nodes';

const source = { node: aNode({ name: 'Veo 3.1', type: 'veo' }), redact: (text: string) => text };

// the final status check comes up to one poll interval before the deadline
test.each([
	[1_000, 0, "Video a wasn't ready after 1 second"],
	[6_000, 5_400, "Video a wasn't ready after 6 seconds"],
	[1_500, 1_500, "Video a wasn't ready after 1.5 seconds"],
	[900_000, 1_200_000, "Video a wasn't ready after 900 seconds"],
])('the error after a timeout of %d ms names it', (timeoutMs, waitedMs, message) => {
	const result = { job: createJob('a'), polls: 2, waitedMs, outcome: 'timedOut' as const };
	expect(timeoutError(source, 0, result, timeoutMs).message).toBe(message);
});
