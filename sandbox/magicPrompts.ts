import type { EstimateDistortion } from './controlContract';
import type { Endpoint, Fault } from './faultContract';

/** How a magic prompt changes the job that it creates. */
export interface JobEffects {
	/** The reason with which the job fails. Empty: the API returns no reason. */
	failReason?: string;
	/** Factor for the duration of the job. */
	durationFactor?: number;
	/** The fraction of the duration at which the progress stops. */
	stopsAt?: number;
	/** Replaces the statuses `pending` and `processing`. */
	runningStatus?: string;
	estimates?: EstimateDistortion;
	/** Number of polls of the completed job that return no `videoUrl`. */
	pollsWithoutUrl?: number;
	/** Number of times the callback is delivered. */
	callbackDeliveries?: number;
	/** The fraction of the duration at which the callback is sent. Default: 1. */
	callbackAt?: number;
}

/** A fault of the requests for the video of a magic prompt. */
export interface MagicFault {
	endpoint: Endpoint;
	fault: Fault;
	/** Number of requests that it affects. Default: all. */
	times?: number;
}

export interface MagicPrompt {
	/** Text in a prompt. Upper and lower case are equal. */
	word: string;
	/** For the documentation. */
	effect: string;
	job?: JobEffects;
	faults?: MagicFault[];
}

const error = (code: number): Fault => ({ kind: 'error', code });
const http = (httpStatus: number): Fault => ({ kind: 'gateway', httpStatus });
const throttled: Fault = { kind: 'error', code: 1003, retryAfter: '1' };
const page = (contentType: string, body: string): Fault => ({
	...{ kind: 'raw', httpStatus: 200 },
	contentType,
	body,
});
const WEB_PAGE = page('text/html', '<html><body><h1>Welcome</h1></body></html>');
/** The node accepts 1 MB. */
const LARGE = page('application/json', `{"code":0,"msg":"${'x'.repeat(1_100_000)}","data":{}}`);
const ALWAYS = Number.MAX_SAFE_INTEGER;

const submission = (fault: Fault, times?: number) => ({
	faults: [{ endpoint: 'generate' as const, fault, times }],
});
const statusCheck = (fault: Fault, times?: number) => ({
	faults: [{ endpoint: 'status' as const, fault, times }],
});
const download = (fault: Fault, times?: number) => ({
	faults: [{ endpoint: 'video' as const, fault, times }],
});

/**
 * Texts that make an outcome happen from inside n8n. The README and docs/errors.md list them, and
 * test/engine/magicPrompts.test.ts runs each through the node.
 */
export const MAGIC_PROMPTS = [
	{ word: '[1000]', effect: 'The submission returns code 1000', ...submission(error(1000)) },
	{ word: '[1001]', effect: 'The submission returns code 1001', ...submission(error(1001)) },
	{ word: '[1002]', effect: 'The submission returns code 1002', ...submission(error(1002)) },
	{ word: '[1003]', effect: 'The submission returns code 1003', ...submission(throttled) },
	{
		word: '[1003 once]',
		effect: 'The first submission returns code 1003 with `Retry-After`, the second succeeds',
		...submission(throttled, 1),
	},
	{ word: '[5000]', effect: 'The submission returns code 5000', ...submission(error(5000)) },
	{
		word: '[5000 once]',
		effect: 'The first submission returns code 5000, the second succeeds',
		...submission(error(5000), 1),
	},
	{ word: '[4711]', effect: 'The submission returns an unknown code', ...submission(error(4711)) },
	{ word: '[http 403]', effect: 'A proxy rejects the submission', ...submission(http(403)) },
	{ word: '[http 404]', effect: 'The URL of the submission is unknown', ...submission(http(404)) },
	{ word: '[http 429]', effect: 'A gateway throttles the submission', ...submission(http(429)) },
	{
		word: '[http 502]',
		effect: 'A gateway answers the submission with an error page',
		...submission(http(502)),
	},
	{ word: '[http 503]', effect: 'As above, HTTP 503', ...submission(http(503)) },
	{ word: '[http 504]', effect: 'As above, HTTP 504', ...submission(http(504)) },
	{
		word: '[redirect]',
		effect: 'The submission is redirected to another host',
		...submission({ kind: 'redirect', location: 'https://example.com/login' }),
	},
	{ word: '[web page]', effect: 'The submission returns a web page', ...submission(WEB_PAGE) },
	{
		word: '[malformed response]',
		effect: 'The video is accepted, but the response is incomplete JSON',
		...submission({ kind: 'malformed', accept: true }),
	},
	{
		word: '[large response]',
		effect: 'The video is accepted, but the response is larger than 1 MB',
		...submission({ ...LARGE, accept: true }),
	},
	{
		word: '[lost request]',
		effect: 'The connection is closed before the video is accepted',
		...submission({ kind: 'resetBefore' }),
	},
	{
		word: '[lost response]',
		effect: 'The video is accepted and charged, but the connection is closed before the response',
		...submission({ kind: 'resetAfter' }),
	},
	{
		word: '[no response]',
		effect: 'The video is accepted, but the submission gets no response',
		...submission({ kind: 'hang', accept: true }),
	},
	{
		word: '[slow response]',
		effect: 'The response to the submission takes 3 seconds',
		...submission({ kind: 'slow', ms: 3_000 }),
	},

	{ word: '[instant]', effect: 'The video is completed immediately', job: { durationFactor: 0 } },
	{ word: '[slow]', effect: 'The video takes 5 times as long', job: { durationFactor: 5 } },
	{ word: '[pending]', effect: 'The video stays `pending`', job: { stopsAt: 0.1 } },
	{ word: '[endless]', effect: 'The video stays `processing`', job: { stopsAt: 0.5 } },
	{
		word: '[unknown status]',
		effect: 'The status is `rendering` until the video is completed',
		job: { runningStatus: 'rendering' },
	},
	{
		word: '[fail]',
		effect: 'The video fails with a reason',
		job: { failReason: 'the prompt contains [fail]' },
	},
	{
		word: '[fail without reason]',
		effect: 'The video fails without a reason',
		job: { failReason: '' },
	},
	{
		word: '[content filter]',
		effect: 'The video fails because of a content filter',
		job: { failReason: 'the prompt was blocked by the content filter' },
	},
	{
		word: '[no progress]',
		effect: '`progress` and `estimatedTime` are absent',
		job: { estimates: 'none' },
	},
	{
		word: '[frozen progress]',
		effect: '`progress` and `estimatedTime` keep their first values',
		job: { estimates: 'frozen' },
	},
	{
		word: '[wrong progress]',
		effect: '`progress` and `estimatedTime` are random',
		job: { estimates: 'jumping' },
	},
	{
		word: '[text progress]',
		effect: '`progress` and `estimatedTime` are strings',
		job: { estimates: 'strings' },
	},
	{
		word: '[late url]',
		effect: 'The first status check of the completed video returns no `videoUrl`',
		job: { pollsWithoutUrl: 1 },
	},
	{
		word: '[no url]',
		effect: 'The completed video never has a `videoUrl`',
		job: { pollsWithoutUrl: ALWAYS },
	},

	{
		word: '[status 1000]',
		effect: 'The video is unknown to status checks',
		...statusCheck({ kind: 'error', code: 1000, httpStatus: 404, msg: 'video not found' }),
	},
	{ word: '[status 1002]', effect: 'Status checks return code 1002', ...statusCheck(error(1002)) },
	{ word: '[status 1003]', effect: 'Status checks return code 1003', ...statusCheck(throttled) },
	{
		word: '[status 1003 once]',
		effect: 'The first status check returns code 1003 with `Retry-After`',
		...statusCheck(throttled, 1),
	},
	{ word: '[status 5000]', effect: 'Status checks return code 5000', ...statusCheck(error(5000)) },
	{
		word: '[status 5000 once]',
		effect: 'The first status check returns code 5000',
		...statusCheck(error(5000), 1),
	},
	{
		word: '[status http 502]',
		effect: 'A gateway answers status checks with an error page',
		...statusCheck(http(502)),
	},
	{
		word: '[status web page]',
		effect: 'Status checks return a web page',
		...statusCheck(WEB_PAGE),
	},
	{
		word: '[status lost]',
		effect: 'The connection is closed before the response to a status check',
		...statusCheck({ kind: 'resetBefore' }),
	},
	{
		word: '[status no response]',
		effect: 'Status checks get no response',
		...statusCheck({ kind: 'hang' }),
	},

	{ word: '[expired url]', effect: 'The video URL returns HTTP 403', ...download(http(403)) },
	{ word: '[deleted file]', effect: 'The video URL returns HTTP 404', ...download(http(404)) },
	{ word: '[not a video]', effect: 'The video URL returns a web page', ...download(WEB_PAGE) },
	{
		word: '[broken download]',
		effect: 'The download ends after half of the file',
		...download({ kind: 'cut' }),
	},
	{
		word: '[broken download once]',
		effect: 'The first download ends after half of the file',
		...download({ kind: 'cut' }, 1),
	},
	{
		word: '[slow download]',
		effect: 'The download takes 3 seconds',
		...download({ kind: 'drip', ms: 3_000 }),
	},

	{ word: '[no callback]', effect: 'No callback is sent', job: { callbackDeliveries: 0 } },
	{
		word: '[two callbacks]',
		effect: 'The callback is sent twice',
		job: { callbackDeliveries: 2 },
	},
	{
		word: '[early callback]',
		effect: 'The callback is sent before the video is completed',
		job: { callbackAt: 0.5 },
	},
] as const satisfies readonly MagicPrompt[];

export type MagicWord = (typeof MAGIC_PROMPTS)[number]['word'];

/** The magic prompts that a text contains. */
export function magicPromptsIn(text: string): MagicPrompt[] {
	if (!text.includes('[')) return []; // most prompts, in tests with thousands of jobs
	const lowerCase = text.toLowerCase();
	return MAGIC_PROMPTS.filter(({ word }) => lowerCase.includes(word));
}

/** How the job of a prompt deviates from other jobs. */
export const jobEffectsOf = (prompt: string): JobEffects =>
	magicPromptsIn(prompt).reduce<JobEffects>((all, { job }) => ({ ...all, ...job }), {});

/** The code that an upload returns, from the file name. undefined: no code. */
export function magicUploadCode(fileName: string): number | undefined {
	const [fault] = magicPromptsIn(fileName).flatMap(({ faults = [] }) => faults);
	return fault?.endpoint === 'generate' && fault.fault.kind === 'error'
		? fault.fault.code
		: undefined;
}
