import fc from 'fast-check';

/** FUZZ_SEED repeats a run; FUZZ_FACTOR multiplies its number of cases. */
export const SEED = Number(process.env.FUZZ_SEED ?? Date.now() & 0x7fffffff);
const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1);

/** The title, the settings and the report of a test. */
export function campaign(name: string, cases: number) {
	const numRuns = Math.ceil(cases * FACTOR);
	return {
		title: `${numRuns} cases, seed ${SEED}`,
		settings: { numRuns, seed: SEED },
		report: (counts: object = {}) => {
			const results = JSON.stringify(counts);
			process.stdout.write(`fuzz, ${name}: ${numRuns} cases, seed ${SEED} ${results}\n`);
		},
	};
}

/** Must appear only in requests to the API. It has a slash, which some servers escape in JSON. */
export const KEY = 'fuzz/key+7Qk2vX9=';

const echoes = [KEY, `Bearer ${KEY}`, `<b>${KEY}</b>`];

const hostileText = fc.constantFrom(
	...echoes,
	...['', ' ', 'null', 'undefined', '[object Object]', 'completed', 'failed', 'COMPLETED ', 'done'],
	...['__proto__', 'constructor', '-1', '1e400', '99%', 'NaN', '\u0000', '\ud800', '💥'],
	...['https://media.test/v.mp4', 'javascript:alert(1)', 'file:///etc/passwd', 'http://', '//x'],
	...['../../secret', '{{ $json }}', '={{ 1 }}', 'ENOENT', 'x'.repeat(5000), '<'.repeat(3000)],
);
export const anyText = fc.oneof(hostileText, fc.string({ unit: 'binary', maxLength: 60 }));

const names = fc.oneof(
	fc.constantFrom(
		...['uuid', 'status', 'videoUrl', 'progress', 'estimatedTime', 'imageUrl', 'imageKey'],
		...['error', 'errorMessage', 'message', 'failReason', 'required', 'current', 'polls'],
		...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON'],
		...['json', 'binary', 'pairedItem', 'data', 'code', 'msg', 'apiError', 'details'],
	),
	fc.string({ maxLength: 10 }),
);

/** JSON as text: unlike an object literal, it can contain `__proto__` and duplicate keys. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3, depthSize: 'small' },
		anyText.map(toJson),
		fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)),
		fc.constantFrom('1e400', '-0', '123456789012345678901234567890', 'true', 'null'),
		fc.array(tie('value'), { maxLength: 4 }).map((members) => `[${members.join()}]`),
		objectOf(tie('value')),
	),
})).value;

/** JSON of a text. For some texts, the slash of an echoed key is escaped, as in JSON of PHP. */
function toJson(text: string): string {
	const json = JSON.stringify(text);
	return text.includes(KEY) && text.length % 2 === 1 ? json.replaceAll('/', '\\/') : json;
}

function objectOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
	const member = fc.tuple(names, value).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
	return fc.array(member, { maxLength: 8 }).map((members) => `{${members.join()}}`);
}

export const anyObject = objectOf(anyJson);

export interface HostileResponse {
	status: number;
	headers: Record<string, string>;
	text: string;
}

const code = fc.oneof(
	{ weight: 12, arbitrary: fc.constant('0') },
	{
		weight: 3,
		arbitrary: fc.constantFrom('1000', '1001', '1002', '1003', '5000', '"0"', '"1002"'),
	},
	{ weight: 1, arbitrary: anyJson },
);
/** The `data` of a job and of an upload in one, so that each response fits every call. */
const job = fc
	.tuple(
		fc.constantFrom('completed', 'failed', 'processing', 'pending'),
		fc.oneof({ weight: 2, arbitrary: fc.constant('https://media.test/i.png') }, anyText),
		anyText,
		anyObject,
	)
	.map(([status, imageUrl, text, more]) => {
		const known = `"uuid":"a-1","status":"${status}","videoUrl":"https://media.test/v.mp4"`;
		const image = `"imageUrl":${JSON.stringify(imageUrl)},"imageKey":"a.png"`;
		const reason = toJson(text);
		return `{${known},${image},"failReason":${reason},"error":${reason},"nested":${more}}`;
	});
const envelope = fc
	.tuple(code, anyJson, fc.oneof({ weight: 3, arbitrary: job }, anyObject, anyJson))
	.map(([codeText, msg, data]) => `{"code":${codeText},"msg":${msg},"data":${data}}`);

/** Any response of an API, a gateway or an attacker. */
export const anyResponse: fc.Arbitrary<HostileResponse> = fc.record({
	status: fc.oneof(
		{ weight: 10, arbitrary: fc.constant(200) },
		{
			weight: 4,
			arbitrary: fc.constantFrom(
				...[201, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 408, 413, 418, 429],
				...[500, 502, 503, 504, 599],
			),
		},
	),
	headers: fc.record(
		{
			'content-type': fc.constantFrom('application/json', 'text/html', 'nonsense', 'video/mp4'),
			'retry-after': fc.constantFrom('0', '-5', '1e9', 'never', 'Wed, 21 Oct 2099 07:28:00 GMT'),
			location: fc.constantFrom('/elsewhere', 'http://evil.test/', `/?key=${KEY}`, '::'),
		},
		{ requiredKeys: [] },
	),
	text: fc.oneof({ weight: 6, arbitrary: envelope }, anyJson, anyText, fc.constant('')),
});

/** A valid response about a job, with additional fields. */
export const jobResponse: fc.Arbitrary<HostileResponse> = job.map((data) => ({
	status: 200,
	headers: { 'content-type': 'application/json' },
	text: `{"code":0,"msg":"success","data":${data}}`,
}));

/** Whether the shared prototypes are unchanged. */
export function arePrototypesClean(): boolean {
	return Object.keys(Object.prototype).length === 0 && Object.keys(Array.prototype).length === 0;
}

/** All text in a value, including the properties of errors that JSON omits. */
export function allTextIn(value: unknown, seen = new Set<unknown>()): string {
	if (typeof value === 'string') return value;
	if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
	if (typeof value !== 'object' || value === null || seen.has(value)) return String(value);
	seen.add(value);
	return Reflect.ownKeys(value)
		.map((key) => `${String(key)} ${allTextIn(Reflect.get(value, key), seen)}`)
		.join('\n');
}
