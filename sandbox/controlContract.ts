import { type Static, Type } from 'typebox';

import { CLOSED, JobStatus } from './contract';

/**
 * The settings and jobs of the control API. Types are derived from these schemas.
 * Unknown fields are rejected: with a misspelled one, a test would pass for the wrong reason.
 */

const Count = Type.Integer({ minimum: 0 });
const PositiveInteger = Type.Integer({ minimum: 1 });
const Seconds = Type.Number({ minimum: 0 });
const UrlOrNull = Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()]);

/** What can be changed while the sandbox runs. */
export const SettingsSchema = Type.Object({
	/** Time from the submission to the end of new jobs. */
	jobSeconds: Seconds,
	/** A video costs 2. */
	credits: Count,
	/** `http`: an error code also sets the HTTP status. `ok`: every envelope is sent with 200. */
	errorStyle: Type.Enum(['http', 'ok']),
	/** null: no rate limit. */
	requestsPerMinute: Type.Union([PositiveInteger, Type.Null()]),
	/** How `progress` and `estimatedTime` are distorted in status responses. */
	estimates: Type.Enum(['accurate', 'none', 'long', 'short', 'frozen', 'jumping', 'strings']),
	/** Length of every video in bytes, padded or cut to fit. null: the length of the sample. */
	videoBytes: Type.Union([PositiveInteger, Type.Null()]),
	/** `matching`: uploads need a file name with an extension of the type that the bytes have. */
	uploadExtensions: Type.Enum(['any', 'matching']),
	/** Number of polls of a completed job that return no videoUrl. */
	pollsWithoutUrl: Count,
	/** Number of upcoming jobs that fail. */
	failNext: Count,
	/** Origin of image and video URLs. null: the origin of the request. */
	publicUrl: UrlOrNull,
	/** Receives a POST when a new job ends. A request can override it. null: no callback. */
	callbackUrl: UrlOrNull,
	/** Position of the job ID: `uuid` or `data.uuid` in the body, or `uuid` in the query. */
	callbackFormat: Type.Enum(['body', 'data', 'query']),
	callbackHeaders: Type.Record(Type.String(), Type.String()),
	/** Number of times each callback is delivered, to simulate duplicates. */
	callbackDeliveries: PositiveInteger,
	/** Delay before the first retry of a callback. It doubles with each retry. */
	callbackRetrySeconds: Seconds,
});
export type Settings = Static<typeof SettingsSchema>;
export type ErrorStyle = Settings['errorStyle'];
export type EstimateDistortion = Settings['estimates'];

export const SettingsPatchSchema = Type.Partial(SettingsSchema, CLOSED);
export type SettingsPatch = Static<typeof SettingsPatchSchema>;

/** A job created through the control API, without credits. */
export const NewJobSchema = Type.Object(
	{
		/** Current status. The job continues from there. */
		status: Type.Optional(JobStatus),
		/** Time since the submission. Overrides the age implied by `status`. */
		ageSeconds: Type.Optional(Seconds),
		jobSeconds: Type.Optional(Seconds),
		/** The job fails with this reason. */
		failReason: Type.Optional(Type.String()),
		prompt: Type.Optional(Type.String()),
	},
	CLOSED,
);
export type NewJob = Static<typeof NewJobSchema>;

export const JobParametersSchema = Type.Object({ uuid: Type.String() }, CLOSED);

/** Without a URL, the callback is sent to that of the job or the settings. */
export const CallbackRequestSchema = Type.Object(
	{ url: Type.Optional(Type.String({ pattern: '^https?://' })) },
	CLOSED,
);

/** How far the clock moves. */
export const AdvanceSchema = Type.Object({ seconds: Seconds }, CLOSED);
