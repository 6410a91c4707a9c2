/**
 * The contract of the Veo API as JSON Schema. The routes validate every request and serialise
 * every answer with it, and /openapi.json is made of it. Times are ISO 8601, durations seconds.
 */

const object = (properties: Record<string, object>, required: string[]) => ({
	type: 'object',
	properties,
	required,
	additionalProperties: false,
});

const GENERATION_TYPES = ['text_to_video', 'image_to_video'];
const ASPECT_RATIOS = ['auto', '16:9', '9:16'];

const prompt = {
	type: 'string',
	pattern: '\\S',
	description: 'What the video shows',
};

/** An error of any kind; only 1001 has something in `data`. */
const errorEnvelope = object(
	{
		code: { type: 'integer', enum: [1000, 1001, 1002, 1003, 5000] },
		msg: { type: 'string' },
		data: object({ required: { type: 'integer' }, current: { type: 'integer' } }, []),
	},
	['code', 'msg', 'data'],
);

const successEnvelope = (data: object) =>
	object({ code: { type: 'integer', const: 0 }, msg: { type: 'string' }, data }, [
		'code',
		'msg',
		'data',
	]);

/** HTTP 200 may carry either (error style `ok`); any other status carries an error. */
const answers = (data: object) => ({
	200: {
		description: 'Success, or an error with a code other than 0',
		anyOf: [successEnvelope(data), errorEnvelope],
	},
	'4xx': { description: 'The request is refused', ...errorEnvelope },
	'5xx': { description: 'Server error', ...errorEnvelope },
});

const security = [{ bearer: [] }];

export const generateSchema = {
	summary: 'Submit a video',
	security,
	body: {
		type: 'object',
		properties: {
			generationType: { type: 'string', enum: GENERATION_TYPES },
			prompt,
			aspectRatio: { type: 'string', enum: ASPECT_RATIOS, default: 'auto' },
			imageUrl: { type: 'string', description: 'URL of the first frame' },
			imageKey: { type: 'string', description: 'Storage key of an uploaded image' },
		},
		required: ['generationType', 'prompt'],
		if: {
			required: ['generationType'],
			properties: { generationType: { const: 'image_to_video' } },
		},
		then: {
			required: ['imageUrl'],
			properties: { imageUrl: { type: 'string', pattern: '^https?://.' } },
		},
		// Newer fields may exist: what is not known is taken, and echoed in the answer.
		additionalProperties: true,
	},
	response: answers({
		...object(
			{
				uuid: { type: 'string' },
				status: { type: 'string', const: 'pending' },
				generationType: { type: 'string', enum: GENERATION_TYPES },
				prompt,
				aspectRatio: { type: 'string', enum: ASPECT_RATIOS },
				createdAt: { type: 'string', format: 'date-time' },
			},
			['uuid', 'status', 'generationType', 'prompt', 'aspectRatio', 'createdAt'],
		),
		additionalProperties: true,
	}),
};

export const statusSchema = {
	summary: 'Look at a video',
	security,
	params: object({ uuid: { type: 'string' } }, ['uuid']),
	response: answers({
		...object(
			{
				uuid: { type: 'string' },
				status: { type: 'string', enum: ['pending', 'processing', 'completed', 'failed'] },
				videoUrl: { type: 'string', description: 'Only once completed' },
				progress: { type: 'integer', minimum: 0, maximum: 100 },
				estimatedTime: { type: 'integer', minimum: 0, description: 'Seconds left' },
				errorMessage: { type: 'string', description: 'Only if failed' },
			},
			['uuid', 'status', 'progress', 'estimatedTime'],
		),
	}),
};

export const uploadSchema = {
	summary: 'Upload the first frame of a video',
	security,
	consumes: ['multipart/form-data'],
	body: object(
		{
			file: {
				type: 'string',
				format: 'binary',
				description: 'JPEG, PNG or WebP, at most 50 MB, with a file name',
			},
		},
		['file'],
	),
	response: answers(
		object({ imageUrl: { type: 'string' }, imageKey: { type: 'string' } }, [
			'imageUrl',
			'imageKey',
		]),
	),
};

/** The bodies that the schemas above let through. */
export interface GenerateBody {
	generationType: 'text_to_video' | 'image_to_video';
	prompt: string;
	aspectRatio: 'auto' | '16:9' | '9:16';
	imageUrl?: string;
	imageKey?: string;
	[field: string]: unknown;
}
