import fc from 'fast-check';
import { VeoClient } from '../../../nodes/Veo/api/client';
import { createRedactor } from '../../../nodes/Veo/transport/redaction';

const KEY = 'sk/Live+4&"x\\y é7Q2';
const mask = createRedactor(KEY);

const SPELLINGS: Record<string, (text: string) => string> = {
	unchanged: (text) => text,
	'in other letters': (text) => text.toUpperCase(),
	'in JSON': (text) => JSON.stringify(text).slice(1, -1),
	'in JSON with \\/': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
	'in JSON with \\u': (text) =>
		[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
	'in HTML': (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
	'in HTML with numbers': (text) => [...text].map((c) => `&#${c.charCodeAt(0)};`).join(''),
	'in base64': (text) => Buffer.from(text).toString('base64'),
	'in base64 after other text': (text) => Buffer.from(`Bearer ${text}`).toString('base64'),
};

describe('a key that a server quotes is masked', () => {
	it.each(Object.entries(SPELLINGS))('%s', (_, spell) => {
		const quoted = spell(KEY);
		const text = mask(`before ${quoted} after`);
		// the beginning of base64 after other text is that text
		expect(text).not.toContain(quoted.slice(-12, -4));
		expect(text).toMatch(/^before .*\*{5}.* after$/s);
	});

	it('in a URL', () => {
		const key = 'sk/Live+4=x';
		const masked = createRedactor(key)(`?key=${encodeURIComponent(key)}&a=1`);
		expect(masked).toBe('?key=*****&a=1');
	});

	it('in every position of any text', () => {
		const spellings = Object.values(SPELLINGS).slice(0, 7);
		fc.assert(
			fc.property(fc.string(), fc.constantFrom(...spellings), fc.string(), (a, spell, b) => {
				const masked = mask(`${a} ${spell(KEY)} ${b}`);
				expect(masked).toContain('*****');
			}),
		);
	});
});

it('other text is unchanged', () => {
	fc.assert(
		fc.property(fc.string(), (text) => expect(createRedactor('0123456789abcdef')(text)).toBe(text)),
	);
});

it('24 backslashes as a key cost no time to speak of', () => {
	const masked = createRedactor('\\'.repeat(24))('\\'.repeat(20_000));
	expect(masked).toContain('*****');
});

describe('with the dummy key of a gateway', () => {
	it.each(['1', 'a', '127', 'mp4', 'videos', 'test', 'http'])(
		'%s no data is damaged',
		async (key) => {
			const data = {
				uuid: '1a27-test-videos',
				status: 'completed',
				videoUrl: 'http://127.0.0.1/videos/1a27.mp4',
				prompt: 'a test of 127 videos (mp4, http)',
			};
			const client = new VeoClient(
				async () => ({
					status: 200,
					headers: {},
					text: JSON.stringify({ code: 0, msg: 'a', data }),
				}),
				() => 0,
				createRedactor(key),
			);
			const result = await client.getVideoStatus('1a27-test-videos');
			expect(result).toMatchObject({
				ok: true,
				value: { uuid: data.uuid, videoUrl: data.videoUrl, rawFields: { prompt: data.prompt } },
			});
		},
	);
});

it('an error quotes at most 300 characters, without a part of the key at the cut', async () => {
	const key = 'k'.repeat(40);
	const text = JSON.stringify({ code: 1000, msg: `${'x'.repeat(280)}${key}`, data: {} });
	const client = new VeoClient(
		async () => ({ status: 200, headers: {}, text }),
		() => 0,
		createRedactor(key),
	);
	const result = await client.getVideoStatus('v-1');
	const detail = result.ok ? '' : result.error.detail;
	expect(detail).toBe(`${'x'.repeat(280)}*****`);
});
