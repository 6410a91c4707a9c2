import type { ErrorStyle } from './types';

/** The codes of the contract. */
export const CODES = {
	invalidParameters: 1000,
	insufficientCredits: 1001,
	authenticationFailed: 1002,
	rateLimited: 1003,
	serverError: 5000,
} as const;

const HTTP_STATUS: Record<number, number> = {
	[CODES.invalidParameters]: 400,
	[CODES.insufficientCredits]: 402,
	[CODES.authenticationFailed]: 401,
	[CODES.rateLimited]: 429,
	[CODES.serverError]: 500,
};

export interface Envelope<Data = Record<string, unknown>> {
	code: number;
	msg: string;
	data: Data;
}

/** The answer to a request that went well. */
export const success = <Data>(data: Data): Envelope<Data> => ({ code: 0, msg: 'success', data });

interface ApiErrorDetails {
	data?: Record<string, unknown>;
	/** HTTP status in the `http` error style, where the code alone does not tell it. */
	httpStatus?: number;
	retryAfter?: string;
}

/** An error answer of the API. */
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

	/** The HTTP status this error is answered with. */
	httpStatus(style: ErrorStyle): number {
		if (style === 'ok') return 200;
		return this.details.httpStatus ?? HTTP_STATUS[this.code] ?? 400;
	}
}

/** Error 1000: something about the request is wrong. */
export const invalid = (message: string) => new ApiError(CODES.invalidParameters, message);

/** Error 1000 for an id that no job has: HTTP 404 in the `http` error style. */
export const videoNotFound = () =>
	new ApiError(CODES.invalidParameters, 'video not found', { httpStatus: 404 });
