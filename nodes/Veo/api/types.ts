/** Any JSON value, as it comes from the API before its fields are parsed. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** The status of a job. An unknown one counts as `processing` (see parse.ts). */
export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** The generation of one video. Fields that the API did not send are null. */
export interface VideoJob {
	uuid: string;
	status: JobStatus;
	/** An http(s) URL if `status` is `completed`, otherwise null. */
	videoUrl: string | null;
	/** Percent, 0 to 100. */
	progress: number | null;
	/** Seconds left. */
	estimatedTime: number | null;
	/** Why the video failed, in the API's wording; null if it did not fail or gave no reason. */
	failureReason: string | null;
	/**
	 * What the API reported if that decides nothing: a status that is not documented, or `completed`
	 * without a usable URL. Absent otherwise.
	 */
	unresolved?: { status: string; message: string | null };
	/** All other fields of `data`, unchanged. */
	rawFields: JsonObject;
}

/** Body of POST /generate-video; users can add more fields. */
export interface GenerateRequest {
	generationType: 'text_to_video' | 'image_to_video';
	prompt: string;
	aspectRatio: string;
	imageUrl?: string;
	imageKey?: string;
	[additionalField: string]: Json | undefined;
}

export interface UploadedImage {
	imageUrl: string;
	/** '' if the API sent none. */
	imageKey: string;
	rawFields: JsonObject;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A string, also an unterminated one, or a number as a whole. A match that has begun can't fail: one
 * that can is tried again at each quote or digit, which took 8 s for 100 kB.
 */
const STRING_OR_NUMBER = /"(?:[^"\\]+|\\[^])*"?|-?\d[\d.eE+-]*/g;

/**
 * Parses the JSON of a response. Integers above 2^53 become strings: they are IDs, whose digits count.
 * @returns undefined if the text isn't JSON; never throws
 */
export function parseResponseJson(text: string): Json | undefined {
	if (!/\d{16}/.test(text)) return parseJson(text);
	const exact = text.replace(STRING_OR_NUMBER, (token) =>
		/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
	);
	return parseJson(exact);
}

/**
 * Parses JSON text.
 * @returns undefined if the text isn't JSON; never throws
 */
export function parseJson(text: string): Json | undefined {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
