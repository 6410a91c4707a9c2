/** Any JSON value, as it comes from the API before a field has been looked at. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** What the API says of a job. An unknown status counts as `processing` (see parse.ts). */
export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** A video in the making, or made. Fields that the API did not send are null. */
export interface VideoJob {
	uuid: string;
	status: JobStatus;
	/** Only set once `status` is `completed`, and then always a http(s) URL. */
	videoUrl: string | null;
	/** Percent, 0 to 100. */
	progress: number | null;
	/** Seconds left. */
	estimatedTime: number | null;
	/** Why the video failed, in the API's words; null while it has not, or if it did not say. */
	failureReason: string | null;
	/** All other fields of `data`, as they came. */
	extra: JsonObject;
}

/** Body of POST /generate-video; users may add fields of their own. */
export interface GenerateRequest {
	generationType: 'text_to_video' | 'image_to_video';
	prompt: string;
	aspectRatio: string;
	imageUrl?: string;
	imageKey?: string;
	[extra: string]: Json | undefined;
}

/** Where an uploaded image lies. */
export interface UploadedImage {
	imageUrl: string;
	imageKey: string;
	extra: JsonObject;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON text.
 * @returns undefined where the text is no JSON; never throws
 */
export function parseJson(text: string): Json | undefined {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
