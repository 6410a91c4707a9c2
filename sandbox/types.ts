/**
 * What the sandbox's control plane takes and gives. Types only, so that the client (which runs
 * inside jest) can import them without loading the server.
 */

export const ENDPOINTS = ['generate', 'status', 'upload', 'video', 'image'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** `http`: an error code also sets the HTTP status. `ok`: every envelope comes with HTTP 200. */
export type ErrorStyle = 'http' | 'ok';

export const ESTIMATES = [
	'truthful',
	'none',
	'long',
	'short',
	'frozen',
	'jumping',
	'strings',
] as const;
/** How honestly progress and estimatedTime are reported. */
export type Estimates = (typeof ESTIMATES)[number];

export const CALLBACK_PLACES = ['body', 'data', 'query'] as const;
/** Where a callback names its job: `uuid` or `data.uuid` of its body, or `uuid` of the query. */
export type CallbackPlace = (typeof CALLBACK_PLACES)[number];

export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** How a sandbox starts; every one of these has a command-line option. */
export interface SandboxOptions {
	/** 0 picks a free port. */
	port: number;
	host: string;
	/** Bearer keys that are accepted. */
	keys: string[];
	/** Credits to begin with; a video takes 2. */
	credits: number;
	/** Seconds from submit to the end of a job; fractions allowed. */
	jobSeconds: number;
	errorStyle: ErrorStyle;
	/** null: no limit. */
	requestsPerMinute: number | null;
	/** Origin used in image and video URLs; null: the one the client called. */
	publicUrl: string | null;
	/** Called with POST when a job ends; null: nobody is. */
	callbackUrl: string | null;
	quiet: boolean;
}

/** What can be changed while the sandbox runs. */
export interface Settings {
	/** Of the jobs made from now on. */
	jobSeconds: number;
	credits: number;
	errorStyle: ErrorStyle;
	requestsPerMinute: number | null;
	estimates: Estimates;
	/** Length of every video in bytes, padded (or cut) to it; null: the sample as it is. */
	videoBytes: number | null;
	/** So many looks at a completed job show no videoUrl yet. */
	completedWithoutUrlLooks: number;
	/** So many of the next jobs will fail. */
	failNext: number;
	publicUrl: string | null;
	/** Called when a job made from now on ends; its request's own `callbackUrl` wins. null: nobody. */
	callbackUrl: string | null;
	callbackPlace: CallbackPlace;
	callbackHeaders: Record<string, string>;
	/** How many times each end is told, one after another, as if the answers had been lost. */
	callbackTimes: number;
	/** Seconds until a call that was not answered with 2xx is tried again; doubled every time. */
	callbackRetrySeconds: number;
}

interface Acting {
	/** Whether the request is acted on (job created, credits spent) before the fault. */
	accept?: boolean;
}

/** What goes wrong with one request. Times are milliseconds. */
export type Fault = Acting &
	(
		| {
				kind: 'error';
				code: number;
				msg?: string;
				httpStatus?: number;
				data?: Record<string, unknown>;
				retryAfter?: string;
		  }
		| {
				kind: 'gateway';
				httpStatus: number;
				contentType?: string;
				body?: string;
				retryAfter?: string;
		  }
		| { kind: 'resetBefore' }
		| { kind: 'resetAfter' }
		| { kind: 'hang' }
		| { kind: 'slow'; ms: number }
		| { kind: 'drip'; ms: number }
		| { kind: 'malformed'; body?: string }
		| { kind: 'cut' }
		| { kind: 'patch'; data: Record<string, unknown>; remove?: string[] }
		| { kind: 'raw'; httpStatus: number; contentType: string; body: string }
		| { kind: 'redirect'; httpStatus?: number; location: string }
	);

/** A fault and the requests it waits for. The first order in the queue that matches wins. */
export interface FaultOrder {
	endpoint: Endpoint | 'any';
	/** How many requests it hits; 1 unless told. */
	times?: number;
	/** How many matching requests pass unharmed first; 0 unless told. */
	skip?: number;
	/** Only requests whose JSON body text or uuid contains this. */
	match?: string;
	fault: Fault;
}

/** One request to the API or the media host, in the order of arrival. */
export interface JournalEntry {
	seq: number;
	/** Arrival, epoch milliseconds. */
	at: number;
	method: string;
	/** Without the query. */
	path: string;
	query: Record<string, unknown>;
	endpoint: Endpoint;
	uuid?: string;
	hasAuthorization: boolean;
	/** null where no key is asked for: videos and images. */
	keyAccepted: boolean | null;
	/** The JSON body of a generate request; its text if it was no JSON. */
	body?: unknown;
	upload?: {
		fileName: string;
		declaredType: string;
		/** Type by the file's own first bytes; null: none of the accepted ones. */
		signatureType: string | null;
		bytes: number;
	};
	contentLength: number | null;
	transferEncoding: string | null;
	fault?: Fault['kind'];
	/** HTTP status answered; null if none was, or if the answer was cut. */
	status: number | null;
	/** Envelope code answered; null if there was no envelope. */
	code: number | null;
	/** The job this request created, even when the answer never arrived. */
	acceptedUuid?: string;
}

export interface JobState {
	uuid: string;
	status: JobStatus;
	progress: number;
	/** Seconds left. */
	estimatedTime: number;
	prompt: string;
	generationType: string;
	aspectRatio: string;
	imageUrl: string | null;
	imageKey: string | null;
	/** ISO 8601. */
	createdAt: string;
	videoUrl: string | null;
	errorMessage: string | null;
	/** Status calls that were answered for this job. */
	looks: number;
}

export interface UploadState {
	imageKey: string;
	imageUrl: string;
	contentType: string;
	bytes: number;
	fileName: string;
}

/** One call that told of a job's end. */
export interface CallbackCall {
	uuid: string;
	url: string;
	/** Epoch milliseconds. */
	at: number;
	/** 1 for the first try. */
	try: number;
	/** HTTP status of the answer; null if there was none. */
	status: number | null;
	/** The answer's text, or why there was none. */
	answer: string;
}

export interface SandboxState {
	credits: number;
	jobs: JobState[];
	uploads: UploadState[];
	/** In the order of their answers. */
	callbacks: CallbackCall[];
	settings: Settings;
}

/** A job made by hand, without the API and without credits. */
export interface NewJob {
	/** Where in its life the job stands now; it goes on from there. */
	status?: JobStatus;
	/** How long ago it was submitted; wins over the age that `status` implies. */
	ageSeconds?: number;
	jobSeconds?: number;
	/** The job ends failed with this reason. */
	failReason?: string;
	prompt?: string;
}
