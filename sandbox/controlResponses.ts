import type { ClockState } from './clock';
import type { Settings } from './controlContract';
import type { Endpoint, Fault } from './faultContract';
import type { Job, JobProgress } from './jobs';
import type { StoredImage } from './uploads';

/** The responses of the control API. */

/** One request to the API or the media host. */
export interface JournalEntry {
	seq: number;
	/** Time of arrival, epoch milliseconds. */
	at: number;
	method: string;
	/** Without the query. */
	path: string;
	query: Record<string, unknown>;
	endpoint: Endpoint;
	uuid?: string;
	hasAuthorization: boolean;
	/** null if the endpoint requires no key: videos and images. */
	keyAccepted: boolean | null;
	/** The JSON body of a generate request, or its text if it isn't valid JSON. */
	body?: unknown;
	upload?: {
		fileName: string;
		declaredType: string;
		/** Type detected from the first bytes. null: not a supported type. */
		signatureType: string | null;
		bytes: number;
	};
	contentLength: number | null;
	transferEncoding: string | null;
	fault?: Fault['kind'];
	/** HTTP status of the response. null if it was missing or incomplete. */
	status: number | null;
	/** Code in the response envelope. null if there was no envelope. */
	code: number | null;
	/** The job that this request created, even if the response never arrived. */
	acceptedUuid?: string;
}

export interface JobState
	extends JobProgress,
		Pick<Job, 'uuid' | 'prompt' | 'generationType' | 'aspectRatio' | 'pollCount'> {
	imageUrl: string | null;
	imageKey: string | null;
	/** ISO 8601. */
	createdAt: string;
	videoUrl: string | null;
	errorMessage: string | null;
}

export interface UploadState extends Omit<StoredImage, 'path'> {
	imageUrl: string;
}

/** One attempt to deliver a callback. */
export interface CallbackAttempt {
	uuid: string;
	url: string;
	/** Epoch milliseconds. */
	at: number;
	/** 1 for the first attempt. */
	attempt: number;
	/** HTTP status of the response. null if there was none. */
	status: number | null;
	/** The text of the response, or the reason why there was none. */
	response: string;
}

export interface State {
	credits: number;
	clock: ClockState;
	jobs: JobState[];
	uploads: UploadState[];
	/** In the order of their responses. */
	callbacks: CallbackAttempt[];
	settings: Settings;
}
