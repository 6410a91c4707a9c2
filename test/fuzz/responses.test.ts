/** Arbitrary responses of the API: the client, the items and the errors stay valid. */
import fc from 'fast-check';
import { VeoClient } from '../../nodes/Veo/api/client';
import type { VeoError } from '../../nodes/Veo/api/errors';
import type { VideoJob } from '../../nodes/Veo/api/types';
import { errorItem } from '../../nodes/Veo/output/errorItems';
import { callError, failedJobError } from '../../nodes/Veo/output/errors';
import { jobJson, toItem, withoutReservedKeys } from '../../nodes/Veo/output/itemJson';
import type { Action } from '../../nodes/Veo/output/messages';
import { aVeoNode } from '../harness/nodes';
import { anyResponse, arePrototypesClean, campaign, type HostileResponse } from './support/hostile';

const { title, settings, report } = campaign('responses', 2000);
const source = { node: aVeoNode(), redact: (text: string) => text };
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

function checkError(failure: VeoError, action: Action): void {
	const error = callError(source, 0, failure, action, 'a-1');
	expect(error.message).toMatch(/\S/);
	expect(error.description ?? '').toMatch(/\S/);
	expect(error.message.length).toBeLessThan(2000);
	const { json } = errorItem(error, 0);
	expect(Object.keys(json).sort()).toEqual(['details', 'error']);
	expect(() => JSON.stringify(json)).not.toThrow();
}

it(`arbitrary responses yield valid jobs or errors (${title})`, async () => {
	const counts = { jobs: 0, errors: 0, uploads: 0 };
	const property = fc.asyncProperty(anyResponse, async (response: HostileResponse) => {
		const client = new VeoClient(async () => response, Date.now);
		for (const [action, result] of [
			['getStatus', await client.getVideoStatus('a-1')],
			['submit', await client.submit(request)],
		] as const) {
			counts[result.ok ? 'jobs' : 'errors']++;
			if (!result.ok) checkError(result.error, action);
			else checkJob(result.value);
			if (result.ok && action === 'getStatus') expect(result.value.uuid).toBe('a-1');
			if (result.ok && result.value.status === 'failed') failedJobError(source, 0, result.value);
		}
		const upload = await client.upload(image);
		if (upload.ok) {
			counts.uploads++;
			expect(upload.value.imageUrl).toMatch(/^https?:/i);
			expect(Object.hasOwn(withoutReservedKeys(upload.value.rawFields), 'error')).toBe(false);
		}
		expect(arePrototypesClean()).toBe(true);
	});
	await fc.assert(property, settings);
	// the generator must produce enough of each outcome
	expect(Math.min(...Object.values(counts))).toBeGreaterThan(settings.numRuns / 10);
	report(counts);
}, 300_000);
