import { CODES } from './contract';
import type { ErrorStyle } from './controlContract';

const HTTP_STATUS: Record<number, number> = {
	[CODES.invalidParameters]: 400,
	[CODES.insufficientCredits]: 402,
	[CODES.authenticationFailed]: 401,
	[CODES.rateLimited]: 429,
	[CODES.serverError]: 500,
};

/** Any response of the API, valid or not. */
export interface Envelope {
	code: number;
	msg: string;
	data: Record<string, unknown>;
}

/** A successful response. */
export const success = <Data>(data: Data) => ({ code: 0 as const, msg: 'success', data });

interface ApiErrorDetails {
	data?: Record<string, unknown>;
	/** HTTP status in the `http` error style, if the code doesn't determine it. */
	httpStatus?: number;
	retryAfter?: string;
}

/** An error response of the API. */
export class ApiError extends Error {
	constructor(
		readonly code: number,
		message: string,
		readonly details: ApiErrorDetails = {},
	) {
		super(message);
	}

	get envelope(): Envelope {
		return { code: this.code, msg: this.message, data: this.details.data ?? {} };
	}

	httpStatus(style: ErrorStyle): number {
		if (style === 'ok') return 200;
		return this.details.httpStatus ?? HTTP_STATUS[this.code] ?? 400;
	}
}

/** Error 1000: the request is invalid. */
export const invalid = (message: string) => new ApiError(CODES.invalidParameters, message);

/** Error 1000 for an unknown job ID: HTTP 404 in the `http` error style. */
export const videoNotFound = () =>
	new ApiError(CODES.invalidParameters, 'video not found', { httpStatus: 404 });
