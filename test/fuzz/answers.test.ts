/** Whatever the API answers: what the client, the items and the errors make of it. */
import fc from 'fast-check';
import { callError, errorItem, failedJobError } from '../../nodes/Veo/output/errors';
import { jobJson, toItem, withoutErrorKey } from '../../nodes/Veo/output/itemJson';
import { VeoClient } from '../../nodes/Veo/api/client';
import type { Result } from '../../nodes/Veo/result';
import type { VideoJob } from '../../nodes/Veo/api/types';
import { aVeoNode } from '../harness/nodes';
import { anyAnswer, campaign, prototypesAreClean, type HostileAnswer } from './support/hostile';

const { title, settings, report } = campaign('answers', 6000);
const node = aVeoNode();
const image = { fileName: 'a.png', mimeType: 'image/png', size: 1, open: async () => Buffer.of(1) };
const request = { generationType: 'text_to_video' as const, prompt: 'p', aspectRatio: 'auto' };

function checkJob(job: VideoJob): void {
	const { json } = toItem(0, jobJson(job));
	expect(typeof json.uuid).toBe('string');
	expect(json.uuid).not.toBe('');
	expect(['pending', 'processing', 'completed', 'failed']).toContain(json.status);
	expect(json.status === 'completed').toBe(json.videoUrl !== null);
	if (json.videoUrl !== null) expect(json.videoUrl).toMatch(/^https?:/i);
	expect(json.progress === null || (job.progress ?? -1) >= 0).toBe(true);
	expect(job.progress ?? 0).toBeLessThanOrEqual(100);
	expect(job.estimatedTime ?? 0).toBeGreaterThanOrEqual(0);
	expect(Object.hasOwn(json, 'error')).toBe(false);
	expect(() => JSON.stringify(json)).not.toThrow();
}

function checkFailure(answer: Extract<Result<unknown>, { ok: false }>, action: 'look' | 'submit') {
	const error = callError(node, 0, answer.error, action, 'a-1');
	expect(error.message).toMatch(/\S/);
	expect(error.description ?? '').toMatch(/\S/);
	expect(error.message.length).toBeLessThan(2000);
	const { json } = errorItem(error, 0);
	expect(Object.keys(json).sort()).toEqual(['details', 'error']);
	expect(() => JSON.stringify(json)).not.toThrow();
}

it(`no answer breaks anything (${title})`, async () => {
	const counts = { jobs: 0, failures: 0, uploads: 0 };
	const property = fc.asyncProperty(anyAnswer, async (hostile: HostileAnswer) => {
		const client = new VeoClient(async () => hostile, Date.now);
		for (const [action, answer] of [
			['look', await client.getVideoStatus('a-1')],
			['submit', await client.submit(request)],
		] as const) {
			counts[answer.ok ? 'jobs' : 'failures']++;
			if (!answer.ok) checkFailure(answer, action);
			else checkJob(answer.data);
			if (answer.ok && action === 'look') expect(answer.data.uuid).toBe('a-1');
			if (answer.ok && answer.data.status === 'failed') failedJobError(node, 0, answer.data);
		}
		const upload = await client.upload(image);
		if (upload.ok) {
			counts.uploads++;
			expect(upload.data.imageUrl).toMatch(/^https?:/i);
			expect(Object.hasOwn(withoutErrorKey(upload.data.rawFields), 'error')).toBe(false);
		}
		expect(prototypesAreClean()).toBe(true);
	});
	await fc.assert(property, settings);
	// a run in which nothing goes well, or all, has shown nothing
	expect(Math.min(...Object.values(counts))).toBeGreaterThan(settings.numRuns / 10);
	report(counts);
}, 300_000);
