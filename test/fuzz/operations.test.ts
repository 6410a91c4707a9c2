/** Whatever the API and the videos' host answer: what the operations make of it in n8n's engine. */
import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import { FILES } from '../harness/setup';
import {
	anyAnswer,
	campaign,
	everythingIn,
	jobAnswer,
	KEY,
	prototypesAreClean,
} from './support/hostile';
import { useHosts } from './support/servers';

const { title, settings, report } = campaign('operations', 1500);

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
/** A job that has ended is all that may be waited for here, or the test would wait in earnest. */
const WAITING = OPERATIONS[2];

const scene = fc.record({
	parameters: fc.constantFrom(...OPERATIONS),
	answer: fc.option(fc.oneof(anyAnswer, jobAnswer), { nil: null, freq: 20 }),
	video: fc.option(anyAnswer, { nil: null, freq: 20 }),
	keepGoing: fc.boolean(),
});

const PATHS = /^\/api\/(video-status\/a-1|generate-video|upload-video-image)$/;

it(`no answer breaks an operation (${title})`, async () => {
	const { engine, hosts } = setup;
	const counts = { items: 0, errors: 0 };
	const binary = await engine.binary(FILES.png, { fileName: 'a.png' });
	const property = fc.asyncProperty(
		scene,
		async ({ parameters, answer, video, keepGoing: continueOnFail }) => {
			hosts.forget();
			hosts.api.answer = answer && hosts.local(answer);
			hosts.media.answer = video && hosts.localWithoutKey(video);
			hosts.evil.answer = { status: 200, headers: { 'content-type': 'video/mp4' }, text: 'evil' };
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
				// an item with a top-level error stands for one, and for nothing else
				const isError = Object.hasOwn(items[0]?.json ?? {}, 'error');
				if (isError) expect(Object.keys(items[0]?.json ?? {}).sort()).toEqual(['details', 'error']);
			}
			// an order is sent once, and nothing goes where it should not
			const sent = hosts.api.seen.map(({ path }) => path);
			for (const path of sent) expect(path).toMatch(PATHS);
			expect(sent.filter((path) => path.endsWith('generate-video')).length).toBeLessThan(2);
			expect([hosts.media.signed, hosts.evil.signed]).toEqual([[], []]);
			if (hosts.media.seen.length === 0) expect(hosts.evil.seen).toEqual([]);
			const shown = everythingIn([result.run.data.resultData, items, error, result.warnings]);
			expect(shown.includes(KEY)).toBe(false);
			expect(prototypesAreClean()).toBe(true);
		},
	);
	await fc.assert(property, settings);
	expect(Math.min(counts.items, counts.errors)).toBeGreaterThan(settings.numRuns / 10);
	report(counts);
}, 300_000);
