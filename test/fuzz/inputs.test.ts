/** Arbitrary prompts, IDs, booleans and file metadata: each is sent as it is meant, or refused unpaid. */
import fc from 'fast-check';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { FILES, useEngine } from '../harness/setup';
import { anyText, campaign } from './support/hostile';

const { title, settings, report } = campaign('inputs', 100);

const setup = useEngine();

/** What expressions return when they find no value. */
const LEFTOVER = /^\s*(undefined|null|NaN|\[object Object\]|Invalid DateTime)?\s*$/;
const leftover = fc.stringMatching(LEFTOVER);
const anyValue = fc.oneof(anyText, leftover, fc.integer(), fc.jsonValue({ maxDepth: 2 }));

/** Executes the node on one item. An error in a parameter must mean that nothing was sent. */
async function execute(parameters: INode['parameters'], item: INodeExecutionData) {
	await setup.sandbox.reset();
	const run = await setup.run({ options: { maxRetries: 0 }, ...parameters }, { items: [item] });
	const requests = await setup.sandbox.journal();
	const isRefused = run.error?.name === 'NodeOperationError';
	if (isRefused) {
		expect(requests).toEqual([]);
		expect(`${run.error?.message} ${String(run.error?.description)}`.length).toBeLessThan(1000);
	}
	return { ...run, isRefused, requests };
}

/** Checks the property, which returns whether the value was refused. Both must occur often. */
async function check<T>(
	name: string,
	values: fc.Arbitrary<T>,
	test: (value: T) => Promise<boolean>,
) {
	const counts = { sent: 0, refused: 0 };
	const property = fc.asyncProperty(values, async (value) => {
		counts[(await test(value)) ? 'refused' : 'sent']++;
	});
	await fc.assert(property, settings);
	expect(Math.min(counts.sent, counts.refused)).toBeGreaterThan(settings.numRuns / 20);
	report({ [name]: counts });
}

it(`a prompt is sent unchanged, or refused (${title})`, async () => {
	const parameters = {
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		waitForCompletion: false,
	};
	await check('prompts', anyValue, async (prompt) => {
		const { isRefused, error, requests } = await execute(parameters, { json: { prompt } });
		const isText = typeof prompt === 'number' || typeof prompt === 'string';
		const isPrompt = isText && !LEFTOVER.test(String(prompt));
		expect([error?.message, isRefused]).toEqual([error?.message, !isPrompt]);
		if (isPrompt) {
			expect(error).toBeUndefined();
			expect(requests).toMatchObject([{ body: { prompt: String(prompt) } }]);
		}
		return isRefused;
	});
}, 300_000);

it(`a video ID is sent as one path segment, or refused (${title})`, async () => {
	const plain = fc.stringMatching(/^[\w=:-]{0,20}[a-z\d][\w=:-]{0,20}$/);
	const path = fc.stringMatching(/^[\w.%/\\-]{1,20}$/);
	await check('IDs', fc.oneof(plain, path, anyValue), async (id) => {
		const parameters = { operation: 'getStatus', videoId: '={{ $json.id }}' };
		const { isRefused, requests } = await execute(parameters, { json: { id } });
		const text = typeof id === 'object' ? '' : String(id).trim();
		const isPlain = typeof id === 'string' && /^(?=.*[a-z\d])[\w=:-]{1,100}$/.test(text);
		if (isPlain && !LEFTOVER.test(text)) expect(isRefused).toBe(false);
		if (!isRefused) {
			const segments = requests.map((request) => request.path.split('/'));
			expect(segments).toEqual([['', 'api', 'video-status', expect.any(String)]]);
			const sent = decodeURIComponent(segments[0]?.[3] ?? '');
			expect([text, sent]).toEqual([text, /^https?:/i.test(text) ? expect.any(String) : text]);
			expect(sent).not.toMatch(/^\.*$/);
		}
		return isRefused;
	});
}, 300_000);

it(`a boolean has the meaning of its word, or is refused (${title})`, async () => {
	const word = fc.constantFrom('true', 'yes', 'on', '1', 'false', 'no', 'off', '0');
	const spelled = fc
		.tuple(word, fc.constantFrom('', ' ', '\n'), fc.boolean())
		.map(([text, space, isUpper]) => `${space}${isUpper ? text.toUpperCase() : text}${space}`);
	await check('booleans', fc.oneof(spelled, fc.boolean(), anyValue), async (flag) => {
		const parameters = {
			...{ operation: 'getStatus', videoId: 'a-1' },
			branchByStatus: '={{ $json.flag }}',
		};
		const { isRefused, error } = await execute(parameters, { json: { flag } });
		const text = typeof flag === 'object' ? '{}' : String(flag).trim();
		const isBoolean = flag === null || /^(true|yes|on|1|false|no|off|0|)$/i.test(text);
		expect([flag, isRefused]).toEqual([flag, !isBoolean]);
		if (isRefused) expect(error?.message).toBe("'Branch by Status' must be true or false");
		return isRefused;
	});
}, 300_000);

it(`a file is sent under a clean name with the extension of its content (${title})`, async () => {
	const name = fc.oneof(
		anyText,
		fc.constantFrom(
			'IMG_0001.HEIC',
			'image.php',
			'noextension',
			'C:\\a\\b.jpg',
			'/etc/a.png',
			'a.png\\',
		),
		fc.string({ unit: 'binary', minLength: 250, maxLength: 2000 }),
		fc.jsonValue({ maxDepth: 1 }),
	);
	const file = fc.record({
		fileName: name,
		mimeType: fc.oneof(anyText, fc.constant('image/jpeg'), fc.integer()),
		type: fc.constantFrom<keyof typeof FILES>('jpeg', 'png', 'webp', 'gif'),
	});
	await check('files', file, async ({ fileName, mimeType, type }) => {
		const stored = await setup.engine.binary(FILES[type]);
		const item = { json: { file: { ...stored?.data, fileName, mimeType } } };
		const parameters = {
			...{ resource: 'image', operation: 'upload' },
			binaryPropertyName: '={{ $json.file }}',
		};
		const { isRefused, error, requests } = await execute(parameters, item);
		expect([error?.message, isRefused]).toEqual([error?.message, type === 'gif']);
		if (!isRefused) {
			const { upload } = requests[0] ?? {};
			expect(upload).toMatchObject({ declaredType: `image/${type}`, bytes: FILES[type].length });
			const sent = String(upload?.fileName);
			expect(sent).toMatch(type === 'jpeg' ? /[^.]\.jpe?g$/i : new RegExp(`[^.]\\.${type}$`, 'i'));
			expect(sent).not.toMatch(/[\p{Cc}/\\]/u);
			expect(Buffer.byteLength(sent)).toBeLessThan(256);
		}
		return isRefused;
	});
}, 300_000);
