import { CALLBACK_PLACES, ENDPOINTS, ESTIMATES } from './types';

/** What the control plane takes. A misspelt field is refused, or a test would test nothing. */

const count = { type: 'integer', minimum: 0 };
const seconds = { type: 'number', minimum: 0 };
const text = { type: 'string' };
const urlOrNull = { type: ['string', 'null'], pattern: '^https?://' };
const httpStatus = { type: 'integer', minimum: 200, maximum: 599 };

const closed = (properties: Record<string, object>, required: string[] = []) => ({
	type: 'object',
	properties,
	required,
	additionalProperties: false,
});

const fault = (kind: string, properties: Record<string, object>, required: string[] = []) =>
	closed({ kind: { const: kind }, accept: { type: 'boolean' }, ...properties }, [
		'kind',
		...required,
	]);

const anyFault = {
	type: 'object',
	required: ['kind'],
	discriminator: { propertyName: 'kind' },
	oneOf: [
		fault(
			'error',
			{
				code: { type: 'integer' },
				msg: text,
				httpStatus,
				data: { type: 'object' },
				retryAfter: text,
			},
			['code'],
		),
		fault('gateway', { httpStatus, contentType: text, body: text, retryAfter: text }, [
			'httpStatus',
		]),
		fault('resetBefore', {}),
		fault('resetAfter', {}),
		fault('hang', {}),
		fault('slow', { ms: count }, ['ms']),
		fault('drip', { ms: count }, ['ms']),
		fault('malformed', { body: text }),
		fault('cut', {}),
		fault('patch', { data: { type: 'object' }, remove: { type: 'array', items: text } }, ['data']),
		fault('raw', { httpStatus, contentType: text, body: text }, [
			'httpStatus',
			'contentType',
			'body',
		]),
		fault('redirect', { httpStatus, location: text }, ['location']),
	],
};

const faultOrder = closed(
	{
		endpoint: { enum: [...ENDPOINTS, 'any'] },
		times: { type: 'integer', minimum: 1 },
		skip: count,
		match: text,
		fault: anyFault,
	},
	['endpoint', 'fault'],
);

/** One fault order, or several. */
export const faultsSchema = {
	if: { type: 'array' },
	then: { type: 'array', items: faultOrder },
	else: faultOrder,
};

export const settingsSchema = closed({
	jobSeconds: seconds,
	credits: count,
	errorStyle: { enum: ['http', 'ok'] },
	requestsPerMinute: { type: ['integer', 'null'], minimum: 1 },
	estimates: { enum: ESTIMATES },
	videoBytes: { type: ['integer', 'null'], minimum: 1 },
	completedWithoutUrlLooks: count,
	failNext: count,
	publicUrl: urlOrNull,
	callbackUrl: urlOrNull,
	callbackPlace: { enum: CALLBACK_PLACES },
	callbackHeaders: { type: 'object', additionalProperties: text },
	callbackTimes: { type: 'integer', minimum: 1 },
	callbackRetrySeconds: seconds,
});

export const jobSchema = closed({
	status: { enum: ['pending', 'processing', 'completed', 'failed'] },
	ageSeconds: seconds,
	jobSeconds: seconds,
	failReason: text,
	prompt: text,
});
