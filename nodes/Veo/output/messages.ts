import { mayHaveBeenAccepted, type Failure, type FailureKind } from '../api/errors';

/** What the user was doing when a call went wrong. */
export type Action = 'submit' | 'look' | 'upload';

/** What happened, and what to do next. */
export interface Words {
	message: string;
	description: string;
}

const TRY_AGAIN = 'Try again in a few minutes.';
const CHECK_URL = "Check 'Base URL' in the credential.";

/** For each kind what it means; {status} and {code} are filled in. */
const WORDS: Readonly<Record<FailureKind, Words>> = {
	invalidParameters: {
		message: 'The Veo API refused the request as invalid',
		description: "Check this item's parameters against what the API says.",
	},
	insufficientCredits: {
		message: 'The Veo API account has too few credits',
		description: 'Add credits to the account, then run this item again. No video was ordered.',
	},
	authentication: {
		message: 'The Veo API refused the API key',
		description:
			"Check 'API Key' and 'Base URL' in the credential, and that the key is still active.",
	},
	rateLimited: {
		message: 'The Veo API refused the request because too many were sent',
		description:
			"Lower 'Max Concurrency' or raise 'Poll Interval' and 'Max Retries' in the options.",
	},
	serverFault: {
		message: 'The Veo API could not carry out the request (code {code})',
		description: `The cause lies with the API. ${TRY_AGAIN}`,
	},
	unknownCode: {
		message: 'The Veo API answered with the unknown code {code}',
		description: "Look the code up in the API's documentation.",
	},
	gateway: {
		message: 'The Veo API is not available right now (HTTP {status})',
		description: `A gateway in front of it answered in its place. ${TRY_AGAIN}`,
	},
	notVeoApi: {
		message: "The credential's base URL does not lead to a Veo API (HTTP {status})",
		description: CHECK_URL,
	},
	redirect: {
		message: 'The Veo API sent the request on to another address (HTTP {status})',
		description:
			"The API key is never sent along. Enter the final address as 'Base URL' in the credential.",
	},
	malformed: {
		message: "The Veo API's answer could not be understood",
		description: `It may be overloaded, or the base URL may lead elsewhere. ${CHECK_URL}`,
	},
	refused: {
		message: 'The Veo API cannot be reached: the connection was refused',
		description: `The service may be down. ${CHECK_URL}`,
	},
	dns: {
		message: 'The Veo API cannot be reached: its host name was not found',
		description: `${CHECK_URL} Check also that n8n's network can look up host names.`,
	},
	tls: {
		message: 'No secure connection to the Veo API could be made',
		description: `Its certificate may have expired or be unknown to n8n, or it speaks plain HTTP. ${CHECK_URL}`,
	},
	reset: {
		message: 'The connection to the Veo API was lost before it answered',
		description: TRY_AGAIN,
	},
	timeout: {
		message: 'The Veo API did not answer in time',
		description: TRY_AGAIN,
	},
	network: {
		message: 'The Veo API cannot be reached from n8n',
		description: `Check n8n's network and proxy settings. ${CHECK_URL}`,
	},
	stopped: {
		message: 'The execution was canceled',
		description: 'Nothing more was sent.',
	},
};

/**
 * Words for a failed call: what happened, what the API or the network said, what to do.
 * @param uuid - the job that the call was about, where there is one
 */
export function wordsFor(failure: Failure, action: Action, uuid?: string): Words {
	const { message, description } = special(failure, action) ?? WORDS[failure.kind];
	const filled = message
		.replace('{status}', String(failure.httpStatus ?? ''))
		.replace('{code}', String(failure.code ?? ''));
	const parts = [
		failure.detail &&
			`${failure.code === undefined ? 'Details' : 'The API says'}: "${failure.detail}".`,
		action === 'submit' && mayHaveBeenAccepted(failure) && ACCEPTED_ALL_THE_SAME,
		description,
		uuid && `The video ${uuid} is not lost: read it later with 'Get Status' and this ID.`,
	];
	return {
		message: uuid ? `${filled} (video ${uuid})` : filled,
		description: parts.filter(Boolean).join(' '),
	};
}

const ACCEPTED_ALL_THE_SAME =
	'The video may have been accepted and paid for all the same, so the request was not sent again. ' +
	"Look at the list of videos in your account with the API's provider before you run this item again.";

function special(failure: Failure, action: Action): Words | undefined {
	if (failure.kind === 'insufficientCredits') {
		const { required, current } = failure.data ?? {};
		if (required === undefined || current === undefined) return undefined;
		const { description } = WORDS.insufficientCredits;
		return {
			message: `Not enough credits: the video needs ${String(required)}, the account has ${String(current)}`,
			description,
		};
	}
	if (action === 'upload' && failure.httpStatus === 413) {
		return {
			message: 'The image is too large for the gateway in front of the Veo API (HTTP 413)',
			description: 'Make the image smaller, or have the limit of the gateway raised.',
		};
	}
	if (failure.kind === 'invalidParameters' && action === 'look') {
		return {
			message: 'The Veo API does not accept this video ID',
			description:
				"Check that 'Video ID' holds the uuid that 'Generate' returned, and that the credential is of the same account.",
		};
	}
	return undefined;
}

/** Words for a video that was made but could not be fetched. */
export function downloadWords(failure: Failure, uuid: string): Words {
	const again = `It is made and not lost: run 'Download' with the ID ${uuid}.`;
	const { httpStatus, detail, kind } = failure;
	if (kind === 'notVeoApi' && httpStatus !== undefined && httpStatus < 300) {
		return {
			message: `The host of the video ${uuid} sent no video`,
			description: `It sent ${detail}: the URL may have expired. ${again}`,
		};
	}
	if (kind === 'notVeoApi') {
		return {
			message: `The video ${uuid} could not be downloaded (HTTP ${httpStatus})`,
			description: `The URL may have expired, or the host may not let n8n in. ${again} That reads a fresh URL.`,
		};
	}
	return {
		message: `The video ${uuid} could not be downloaded`,
		description: `The connection to its host did not last, or its host had no time (${detail}). ${again}`,
	};
}
