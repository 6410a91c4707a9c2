/** Arbitrary responses of the API and the video host: the operations stay valid in n8n's engine. */
import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import { FILES } from '../harness/setup';
import {
	allTextIn,
	anyResponse,
	arePrototypesClean,
	campaign,
	jobResponse,
	KEY,
} from './support/hostile';
import { useHosts } from './support/servers';

const { title, settings, report } = campaign('operations', 500);

const setup = useHosts();

const options = { maxRetries: 0 };
const OPERATIONS: Array<INode['parameters']> = [
	{ operation: 'getStatus', videoId: 'a-1', options },
	{ operation: 'getStatus', videoId: 'a-1', branchByStatus: true, options },
	{ operation: 'getStatus', videoId: 'a-1', waitForCompletion: true, options },
	{ operation: 'download', videoId: 'a-1', options },
	{ operation: 'generate', prompt: 'a', waitForCompletion: false, options },
	{
		...{ operation: 'generate', generationType: 'imageToVideo', prompt: 'a' },
		...{ waitForCompletion: false, options },
	},
	{ resource: 'image', operation: 'upload', options },
];
/** Has a short timeout: the test would wait for every job that is still running. */
const WAITING = OPERATIONS[2];

const scenario = fc.record({
	parameters: fc.constantFrom(...OPERATIONS),
	apiResponse: fc.option(fc.oneof(anyResponse, jobResponse), { nil: null, freq: 20 }),
	videoResponse: fc.option(anyResponse, { nil: null, freq: 20 }),
	continueOnFail: fc.boolean(),
});

const PATHS = /^\/api\/(video-status\/a-1|generate-video|upload-video-image)$/;

it(`arbitrary responses yield valid items or errors (${title})`, async () => {
	const { engine, hosts } = setup;
	const counts = { items: 0, errors: 0 };
	const binary = await engine.binary(FILES.png, { fileName: 'a.png' });
	const property = fc.asyncProperty(
		scenario,
		async ({ parameters, apiResponse, videoResponse, continueOnFail }) => {
			hosts.prepare(apiResponse, videoResponse);
			const timeout = parameters === WAITING && { options: { ...options, timeout: 1 } };
			const result = await engine.run({
				parameters: { ...parameters, ...timeout },
				items: [{ json: {}, binary }],
				credential: { apiKey: KEY, baseUrl: `${hosts.api.origin}/api` },
				settings: { onError: continueOnFail ? 'continueRegularOutput' : 'stopWorkflow' },
			});

			const items = result.outputs.flat();
			const { error } = result;
			if (error) {
				counts.errors++;
				expect(['NodeApiError', 'NodeOperationError']).toContain(error.name);
				expect(error.message).toMatch(/\S/);
				expect(continueOnFail).toBe(false);
			} else {
				counts.items++;
				expect(items).toHaveLength(1);
				expect(items[0]?.pairedItem).toEqual({ item: 0 });
				// only an error item has a top-level `error`, as its first field
				const json = items[0]?.json ?? {};
				const keys = Object.keys(json);
				if (keys.includes('error')) {
					expect([keys[0], keys.at(-1)]).toEqual(['error', 'details']);
					const known = ['uuid', 'status', 'prompt', 'generationType', 'aspectRatio'];
					expect(known).toEqual(expect.arrayContaining(keys.slice(1, -1)));
				}
			}
			// a submission is sent once, and every request goes to a known path
			const paths = hosts.api.requests.map(({ path }) => path);
			for (const path of paths) expect(path).toMatch(PATHS);
			expect(paths.filter((path) => path.endsWith('generate-video')).length).toBeLessThan(2);
			expect([hosts.media.requestsWithKey, hosts.evil.requestsWithKey]).toEqual([[], []]);
			if (hosts.media.requests.length === 0) expect(hosts.evil.requests).toEqual([]);
			// data of the API is unchanged, even if it contains the key; errors and logs quote it masked
			const quoted = items.filter(({ json }) => Object.hasOwn(json, 'error'));
			const shown = allTextIn([quoted, error, result.run.data.resultData.error, result.warnings]);
			expect(shown.includes(KEY)).toBe(false);
			expect(arePrototypesClean()).toBe(true);
		},
	);
	await fc.assert(property, settings);
	expect(Math.min(counts.items, counts.errors)).toBeGreaterThan(settings.numRuns / 10);
	report(counts);
}, 300_000);
