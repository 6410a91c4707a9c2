import type { DownloadError } from '../api/downloadErrors';
import { mayHaveBeenAccepted, type VeoError, type VeoErrorKind } from '../api/errors';
import { toSingleLine } from '../api/response';

/**
 * The call that failed. `pollReused` is a status check for a job that an earlier attempt submitted,
 * `pollOtherAccount` one for a job that was submitted with another credential.
 */
export type Action =
	| 'submit'
	| 'getStatus'
	| 'pollReused'
	| 'pollOtherAccount'
	| 'pollRegistered'
	| 'upload';

/** What happened, and what to do next. */
export interface ErrorText {
	message: string;
	description: string;
}

const TRY_AGAIN = 'Try again in a few minutes.';
const CHECK_URL = "Check 'Base URL' in the credential.";

/** By kind; {status} and {code} are placeholders. */
const MESSAGES: Readonly<Record<VeoErrorKind, ErrorText>> = {
	invalidParameters: {
		message: 'The Veo API rejected the request as invalid',
		description: 'Check the parameters of this item against the API response.',
	},
	insufficientCredits: {
		message: 'Not enough credits in the Veo API account',
		description: 'Add credits to the account, then run this item again. No video was submitted.',
	},
	authentication: {
		message: 'The API key was rejected by the Veo API',
		description:
			"Check 'API Key' and 'Base URL' in the credential. Also check that the key is still active.",
	},
	rateLimited: {
		message: 'The Veo API rate limit was exceeded',
		description:
			"Reduce 'Max Concurrency', or increase 'Poll Interval' and 'Max Retries' in 'Options'.",
	},
	serverError: {
		message: "The Veo API couldn't process the request (code {code})",
		description: `This is an issue on the API side. ${TRY_AGAIN}`,
	},
	unknownCode: {
		message: 'The Veo API returned an unknown code ({code})',
		description: 'See the API documentation for its meaning.',
	},
	gateway: {
		message: "The Veo API isn't available right now (HTTP {status})",
		description: `A gateway or proxy in front of the API sent this response. ${TRY_AGAIN}`,
	},
	notVeoApi: {
		message: "'Base URL' in the credential doesn't point to a Veo API (HTTP {status})",
		description: CHECK_URL,
	},
	redirect: {
		message: 'The Veo API redirected the request (HTTP {status})',
		description:
			"For security, the API key isn't sent to other hosts. Enter the final URL as 'Base URL' in the credential.",
	},
	malformed: {
		message: 'The Veo API returned an unexpected response',
		description: `The API may be overloaded, or 'Base URL' may point to another service. ${CHECK_URL}`,
	},
	refused: {
		message: "Couldn't connect to the Veo API: connection refused",
		description: `The service may be down. ${CHECK_URL}`,
	},
	dns: {
		message: "Couldn't connect to the Veo API: host not found",
		description: `${CHECK_URL} Also check that n8n can resolve host names (DNS).`,
	},
	tls: {
		message: "Couldn't establish a secure connection to the Veo API",
		description: `The certificate may be expired or not trusted by n8n, or the server may only support HTTP. ${CHECK_URL}`,
	},
	unreachable: {
		message: "Couldn't connect to the Veo API: network or host unreachable",
		description: `Check n8n's network. ${CHECK_URL}`,
	},
	blocked: {
		message: "The request to the Veo API was blocked by n8n's SSRF protection",
		description: 'Ask your n8n administrator to allow this host or IP range.',
	},
	local: {
		message: 'No resources are left for a connection to the Veo API',
		description: "Reduce 'Max Concurrency', or increase the limit of open files where n8n runs.",
	},
	reset: {
		message: 'The connection was closed before the Veo API responded',
		description: TRY_AGAIN,
	},
	timeout: {
		message: "The Veo API didn't respond in time",
		description: TRY_AGAIN,
	},
	network: {
		message: "Couldn't connect to the Veo API from n8n",
		description: `Check n8n's network and proxy settings. ${CHECK_URL}`,
	},
	canceled: {
		message: 'The execution was canceled',
		description: 'No further requests were sent.',
	},
};

/**
 * The text for a failed call: what happened, the wording of the API or the network, what to do next.
 * @param uuid - the job of the call, if there is one
 */
export function errorMessage(error: VeoError, action: Action, uuid = error.uuid): ErrorText {
	const { message, description } = overrideFor(error, action) ?? MESSAGES[error.kind];
	const filled = message
		.replace('{status}', String(error.httpStatus ?? ''))
		.replace('{code}', String(error.code ?? ''));
	const parts = [
		quoteDetail(error),
		action === 'submit' && mayHaveBeenAccepted(error) && MAY_HAVE_BEEN_CHARGED,
		description,
		uuid && nextStepFor(uuid, error, action),
	];
	return {
		message: uuid ? `${filled} (video ${uuid})` : filled,
		description: parts.filter(Boolean).join(' '),
	};
}

/** The text for a submission in doubt that a retry finds: nothing was sent again. */
export function notResentMessage(error: VeoError, firstSentAtMs: number): ErrorText {
	const sentAt = new Date(firstSentAtMs).toISOString();
	const parts = [
		`It was first sent at ${sentAt}, without a confirmation.`,
		quoteDetail(error),
		CHECK_VIDEO_LIST,
		error.uuid && `The response contained the video ID ${error.uuid}: check it with 'Get Status'.`,
		"To send the request again, disable 'Reuse on Retry' in 'Options'.",
	];
	return {
		message: "The request wasn't sent again, because the first one may have been accepted",
		description: parts.filter(Boolean).join(' '),
	};
}

/** Not for a cancellation: that an earlier attempt was stopped is no news about the present one. */
function quoteDetail({ detail, code, kind }: VeoError): string {
	if (!detail || kind === 'canceled') return '';
	return `${code === undefined ? 'Details' : 'API response'}: "${detail}".`;
}

/** Claims nothing about a video that the API may not know. */
function nextStepFor(uuid: string, error: VeoError, action: Action): string {
	if (action === 'submit') {
		return `The response contained the video ID ${uuid}: check it with 'Get Status'.`;
	}
	if (isUnknownId(error)) return '';
	return `Video ${uuid} isn't lost: retrieve it later with 'Get Status' and this ID.`;
}

/** Whether the API doesn't know the ID of a status check. */
export function isUnknownId({ kind, httpStatus }: VeoError): boolean {
	return kind === 'invalidParameters' || (kind === 'unknownCode' && httpStatus === 404);
}

const CHECK_VIDEO_LIST =
	'Before you run this item again, check the video list in your provider account.';
const MAY_HAVE_BEEN_CHARGED = `The request may still have been accepted and charged, so it wasn't retried. ${CHECK_VIDEO_LIST}`;

function overrideFor(error: VeoError, action: Action): ErrorText | undefined {
	if (error.kind === 'insufficientCredits') {
		const { required, current } = error.data ?? {};
		if (required === undefined || current === undefined) return undefined;
		const { description } = MESSAGES.insufficientCredits;
		return {
			message: `Not enough credits: ${toSingleLine(String(required))} required, ${toSingleLine(String(current))} available`,
			description,
		};
	}
	if (action === 'upload' && error.httpStatus === 413) {
		return {
			message: 'The image is too large for the gateway in front of the Veo API (HTTP 413)',
			description: "Reduce the image size, or increase the gateway's upload limit.",
		};
	}
	if (!isUnknownId(error)) return undefined;
	if (action === 'getStatus') {
		return {
			message: 'The Veo API rejected the video ID',
			description:
				"Check that 'Video ID' contains the 'uuid' returned by 'Generate', and that the credential belongs to the same account.",
		};
	}
	if (action === 'pollReused') {
		return {
			message: "The Veo API doesn't recognize the video that this item submitted earlier",
			description:
				"Check that the credential still belongs to the same account. To generate a new video, disable 'Reuse on Retry' in 'Options'.",
		};
	}
	if (action === 'pollRegistered') {
		return {
			message: "The Veo API doesn't recognize a video of the video register",
			description:
				"The video may be too old. To generate a new one, delete its row in the data table, or reduce 'Reuse Within' in 'Options'.",
		};
	}
	if (action === 'pollOtherAccount') {
		return {
			message: 'This item submitted its video with another credential',
			description:
				"Select that credential to retrieve the video. To generate a new one with this credential, disable 'Reuse on Retry' in 'Options'.",
		};
	}
	return undefined;
}

/** The text for a completed video whose file couldn't be downloaded. */
export function downloadErrorMessage(
	{ httpStatus, detail, kind }: DownloadError,
	uuid: string,
): ErrorText {
	const nextStep = `The video itself is complete. Run 'Download' with the ID ${uuid} to get a new URL.`;
	if (kind === 'storage') {
		return {
			message: `n8n couldn't store the video: ${detail} (video ${uuid})`,
			description: `Check n8n's free disk space, memory and binary data mode (N8N_DEFAULT_BINARY_DATA_MODE). ${nextStep}`,
		};
	}
	if (kind === 'notVeoApi' && httpStatus !== undefined && httpStatus < 300) {
		return {
			message: `The host of video ${uuid} didn't return a video`,
			description: `It returned ${detail}. The URL may have expired. ${nextStep}`,
		};
	}
	if (kind === 'notVeoApi') {
		return {
			message: `Video ${uuid} couldn't be downloaded (HTTP ${httpStatus})`,
			description: `The URL may have expired, or the host may block n8n. ${nextStep}`,
		};
	}
	const cause =
		kind === 'canceled'
			? 'The download was canceled.'
			: `The connection to the video host was interrupted or timed out (${detail}).`;
	return { message: `Video ${uuid} couldn't be downloaded`, description: `${cause} ${nextStep}` };
}
