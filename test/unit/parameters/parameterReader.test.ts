import type { INode } from 'n8n-workflow';
import { ParameterReader } from '../../../nodes/Veo/parameters/parameterReader';

const node: INode = {
	id: 'veo',
	name: 'Veo 3.1',
	type: 'n8n-nodes-veo.veo',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

function readerOf(value: unknown): ParameterReader {
	const source = {
		getNode: () => node,
		getNodeParameter: (_name: string, _itemIndex: number, fallback: unknown) =>
			value === undefined ? fallback : value,
	};
	return new ParameterReader(source, 3);
}

/** The message and description of the error that reading throws. */
function errorOf(read: () => unknown): { message: string; description: string } {
	try {
		read();
	} catch (error) {
		if (error instanceof Error && 'description' in error) {
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 3 } });
			return { message: error.message, description: String(error.description) };
		}
		throw error;
	}
	throw new Error('Nothing was thrown');
}

describe('a boolean', () => {
	it.each([true, 'true', 'TRUE', ' True\n', 'yes', 'YES', 'on', '1', 1])('%p is true', (value) => {
		expect(readerOf(value).boolean('flag', 'Flag', false)).toBe(true);
	});

	it.each([false, 'false', 'FALSE', ' False ', 'no', 'No', 'off', 'OFF', '0', 0])(
		'%p is false',
		(value) => {
			expect(readerOf(value).boolean('flag', 'Flag', true)).toBe(false);
		},
	);

	it.each([undefined, null, '', ' '])('%p is the default', (value) => {
		expect(readerOf(value).boolean('flag', 'Flag', true)).toBe(true);
		expect(readerOf(value).boolean('flag', 'Flag', false)).toBe(false);
	});

	it.each<[unknown, string]>([
		['maybe', '"maybe"'],
		['undefined', '"undefined"'],
		[2, '2'],
		[NaN, 'NaN'],
		[{}, '{}'],
		[[true], '[true]'],
	])('%p is invalid', (value, quoted) => {
		expect(errorOf(() => readerOf(value).boolean('flag', 'Flag', true))).toEqual({
			message: "'Flag' must be true or false",
			description: `Received ${quoted}. Check the expression in 'Flag'.`,
		});
	});
});

describe('text', () => {
	it.each(['undefined', 'null', 'NaN', '[object Object]', 'Invalid DateTime', ' undefined\n', NaN])(
		'%p is what an expression without a value left',
		(value) => {
			expect(errorOf(() => readerOf(value).requiredText('prompt', 'Prompt'))).toEqual({
				message: `'Prompt' is '${String(value).trim()}'`,
				description: "The expression in 'Prompt' didn't return a value for this item.",
			});
			expect(errorOf(() => readerOf(value).text('imageKey', 'Image Key')).message).toContain('Key');
		},
	);

	it.each(['null and void', 'undefined behavior', 'Nan', '[object Object] in a frame'])(
		'%p is valid',
		(value) => {
			expect(readerOf(value).requiredText('prompt', 'Prompt')).toBe(value);
		},
	);

	it('a video ID keeps its own message, with what to enter', () => {
		expect(errorOf(() => readerOf('undefined').videoId())).toEqual({
			message: "'Video ID' is 'undefined'. The expression didn't return a value for this item.",
			description: expect.stringContaining("'uuid' returned by 'Generate'"),
		});
	});
});

describe('a wrong value is quoted, at most 101 characters of it', () => {
	const megabytes = 'x'.repeat(3_000_000);
	const quoted = `"${'x'.repeat(99)}…`;

	it.each<[string, unknown, (reader: ParameterReader) => unknown]>([
		['text', [megabytes], (reader) => reader.text('a', 'A')],
		['a choice', megabytes, (reader) => reader.oneOf('a', 'A', ['b', 'c'])],
		['a boolean', megabytes, (reader) => reader.boolean('a', 'A', true)],
		[
			'a number',
			megabytes,
			(reader) => reader.number('a', { label: 'A', fallback: 1, min: 0, unit: 'x' }),
		],
		['a URL', megabytes, (reader) => reader.url('a', 'A', ['https:'])],
		['a video ID', `https://${megabytes}`, (reader) => reader.videoId()],
		['a video ID that is an object', { megabytes }, (reader) => reader.videoId()],
		['JSON', megabytes, (reader) => reader.jsonObject('a', 'A')],
		['JSON that is an array', [megabytes], (reader) => reader.jsonObject('a', 'A')],
	])('%s', (_, value, read) => {
		const { message, description } = errorOf(() => read(readerOf(value)));
		expect(message.length).toBeLessThan(250);
		expect(description.length).toBeLessThan(300);
	});

	it('as JSON', () => {
		const { message } = errorOf(() => readerOf(megabytes).oneOf('a', 'A', ['b']));
		expect(message).toBe(`'A' can't be ${quoted}`);
	});
});

describe('a JSON object', () => {
	const read = (value: unknown) => readerOf(value).jsonObject('additional', 'Additional Fields');

	it.each<[unknown, object]>([
		[undefined, {}],
		[null, {}],
		['', {}],
		['{"seed": 42}', { seed: 42 }],
		[{ seed: 42 }, { seed: 42 }],
	])('%p is valid', (value, expected) => {
		expect(read(value)).toEqual(expected);
	});

	it('the error contains the position and the character', () => {
		expect(errorOf(() => read('{ seed: 42 }'))).toEqual({
			message:
				"'Additional Fields' isn't valid JSON: unexpected \"s\" at position 2 (line 1, column 3)",
			description: 'Received "{ seed: 42 }". Use key-value pairs, e.g. { "seed": 42 }.',
		});
	});

	const circular: Record<string, unknown> = {};
	circular.self = circular;
	it.each<[unknown, string]>([
		['[1]', 'an array'],
		[[1], 'an array'],
		['"seed"', 'text'],
		['42', 'a number'],
		[42, 'a number'],
		[true, 'a boolean'],
		['null', 'null'],
		[new Date(0), 'text'],
		[circular, 'another value'],
		[() => 1, 'another value'],
	])('%p is %s', (value, type) => {
		const { message } = errorOf(() => read(value));
		expect(message).toBe(`'Additional Fields' must be a JSON object, not ${type}`);
	});
});
