import { type Static, type TSchema, Type } from 'typebox';

/**
 * The contract of the Veo API. Routes validate requests and serialize responses with these schemas.
 * Types and /openapi.json are derived from them. Times are ISO 8601, durations are seconds.
 */

/** Schema option that rejects unknown fields. */
export const CLOSED = { additionalProperties: false };

/** The error codes. */
export const CODES = {
	invalidParameters: 1000,
	insufficientCredits: 1001,
	authenticationFailed: 1002,
	rateLimited: 1003,
	serverError: 5000,
} as const;

export const GenerationType = Type.Enum(['text_to_video', 'image_to_video'], { type: 'string' });
export const ASPECT_RATIOS = ['auto', '16:9', '9:16'] as const;
export const DEFAULT_ASPECT_RATIO = 'auto';
const Prompt = Type.String({ pattern: '\\S', description: 'Text description of the video' });

export const JobStatus = Type.Enum(['pending', 'processing', 'completed', 'failed'], {
	type: 'string',
});
export type JobStatus = Static<typeof JobStatus>;

/** Any error. Only code 1001 returns fields in `data`. */
const errorEnvelope = (options: { description?: string } = {}) =>
	Type.Object(
		{
			code: Type.Enum(Object.values(CODES), { type: 'integer' }),
			msg: Type.String(),
			data: Type.Object(
				{ required: Type.Optional(Type.Integer()), current: Type.Optional(Type.Integer()) },
				CLOSED,
			),
		},
		{ ...CLOSED, ...options },
	);

const successEnvelope = <Data extends TSchema>(data: Data) =>
	Type.Object({ code: Type.Literal(0, { type: 'integer' }), msg: Type.String(), data }, CLOSED);

/** HTTP 200 carries either envelope (error style `ok`). Other statuses carry an error. */
const responses = <Data extends TSchema>(data: Data) => ({
	200: Type.Union([successEnvelope(data), errorEnvelope()], {
		description: 'Success, or an error with a code other than 0',
	}),
	'4xx': errorEnvelope({ description: 'The request was rejected' }),
	'5xx': errorEnvelope({ description: 'Server error' }),
});

const security = [{ bearer: [] }];

export const generateSchema = {
	summary: 'Submit a video',
	security,
	body: Type.Object(
		{
			generationType: GenerationType,
			prompt: Prompt,
			aspectRatio: Type.Optional(
				Type.Enum(ASPECT_RATIOS, { type: 'string', default: DEFAULT_ASPECT_RATIO }),
			),
			imageUrl: Type.Optional(Type.String({ description: 'URL of the first frame' })),
			imageKey: Type.Optional(Type.String({ description: 'Storage key of an uploaded image' })),
		},
		{
			if: {
				required: ['generationType'],
				properties: { generationType: { const: 'image_to_video' } },
			},
			then: {
				required: ['imageUrl'],
				properties: { imageUrl: { type: 'string', pattern: '^https?://.' } },
			},
			// The API may add fields: unknown fields are accepted and echoed in the response.
			additionalProperties: true,
		},
	),
	response: responses(
		Type.Object(
			{
				uuid: Type.String(),
				status: Type.Literal('pending'),
				generationType: GenerationType,
				prompt: Prompt,
				aspectRatio: Type.Enum(ASPECT_RATIOS, { type: 'string' }),
				createdAt: Type.String({ format: 'date-time' }),
			},
			{ additionalProperties: true },
		),
	),
};
export type GenerateBody = Static<typeof generateSchema.body>;

export const statusSchema = {
	summary: 'Retrieve the status of a video',
	security,
	params: Type.Object({ uuid: Type.String() }, CLOSED),
	response: responses(
		Type.Object(
			{
				uuid: Type.String(),
				status: JobStatus,
				videoUrl: Type.Optional(Type.String({ description: 'Only when completed' })),
				progress: Type.Integer({ minimum: 0, maximum: 100 }),
				estimatedTime: Type.Integer({ minimum: 0, description: 'Seconds remaining' }),
				errorMessage: Type.Optional(Type.String({ description: 'Only when failed' })),
			},
			CLOSED,
		),
	),
};

export const uploadSchema = {
	summary: 'Upload the first frame of a video',
	security,
	consumes: ['multipart/form-data'],
	body: Type.Object(
		{
			file: Type.String({
				format: 'binary',
				description: 'JPEG, PNG or WebP, at most 50 MB, with a file name',
			}),
		},
		CLOSED,
	),
	response: responses(Type.Object({ imageUrl: Type.String(), imageKey: Type.String() }, CLOSED)),
};
