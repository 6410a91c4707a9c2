import { createJob } from '../../../nodes/Veo/api/parse';
import { Trace } from '../../../nodes/Veo/execution/trace';

const wait = (waitedMs: number, lagMs?: number) => ({
	...{ job: createJob('a'), polls: 2, waitedMs, outcome: 'completed' as const },
	...(lagMs !== undefined && { lagMs }),
});

test('without a video, there are no attributes', () => {
	expect(new Trace().attributes(0)).toBeUndefined();
});

test('a video counts once, although the node checks its status again', () => {
	const trace = new Trace();
	trace.addVideo('a', true);
	trace.addVideo('a', false);
	expect(trace.attributes(3)).toMatchObject({ 'veo.uuid': 'a', 'veo.videos': 1, 'veo.reused': 1 });
});

test('the longest wait and the longest lag are reported in seconds', () => {
	const trace = new Trace();
	trace.addVideo('a', false);
	for (const result of [wait(2_500, 500), wait(1_000, 900), wait(800)]) trace.addWait(result);
	expect(trace.attributes(7)).toMatchObject({
		'veo.polls': 7,
		'veo.waited_seconds': 2.5,
		'veo.lag_seconds': 0.9,
	});
});

test('an attribute lists ten videos and counts the others', () => {
	const trace = new Trace();
	for (let number = 0; number < 12; number++) trace.addVideo(`v${number}`, false);
	const { 'veo.uuid': uuid = '', ...others } = trace.attributes(0) ?? {};
	expect(uuid).toMatch(/^v0, .*, v9 and 2 more$/);
	expect(others).toMatchObject({ 'veo.videos': 12 });
});
