import { createJob } from '../../../nodes/Veo/api/parse';
import { downloadVideo } from '../../../nodes/Veo/execution/downloadVideo';
import { createCallContext } from '../support/callContext';
import { createNode } from '../support/veoNode';
import { VirtualClock } from '../support/virtualClock';

const source = { node: createNode(), redact: (text: string) => text };
const never = async () => await new Promise<never>(() => {});

it('ends at the overall limit of its context, and names the video', async () => {
	const clock = new VirtualClock();
	const context = {
		...source,
		functions: { helpers: { httpRequest: never, prepareBinaryData: never } },
		downloadCallContext: () => createCallContext(clock),
		downloadLimitMs: 100_000,
	};
	const target = { property: 'data', fileName: '' };
	const ended = clock.run(async () => await downloadVideo(context, 0, createJob('a-uuid'), target));
	await expect(ended).rejects.toMatchObject({
		message: "Video a-uuid couldn't be downloaded",
		description: expect.stringContaining('Not complete after 100 seconds'),
		context: { uuid: 'a-uuid', reason: 'timeout' },
	});
	expect(clock.elapsedMs).toBe(100_000);
});

it('ends after the retries without an overall limit', async () => {
	const clock = new VirtualClock();
	const context = {
		...source,
		functions: { helpers: { httpRequest: never, prepareBinaryData: never } },
		downloadCallContext: () => createCallContext(clock, { maxRetries: 2, random: () => 0 }),
	};
	const target = { property: 'data', fileName: '' };
	const ended = clock.run(async () => await downloadVideo(context, 0, createJob('a-uuid'), target));
	await expect(ended).rejects.toMatchObject({ context: { reason: 'timeout' } });
	expect(clock.elapsedMs).toBe(180_000);
});
