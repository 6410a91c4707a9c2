import type { FastifyReply, onRequestHookHandler, preValidationHookHandler } from 'fastify';

import { CODES } from './contract';
import { ApiError, invalid } from './envelope';
import type { Endpoint } from './faultContract';
import { contextOf, parseJson, pipeline } from './pipeline';
import type { SandboxState } from './state';

/** {@link pipeline} for the API itself: checks the key and the rate limit after the faults. */
export function apiPipeline(state: SandboxState, endpoint: Endpoint) {
	const { onRequest, preValidation, onSend } = pipeline(state, endpoint);

	const recordKey: onRequestHookHandler = (request, _reply, done) => {
		const { authorization } = request.headers;
		contextOf(request).entry.keyAccepted = isAccepted(state.options.keys, authorization);
		done();
	};

	const checkKey: preValidationHookHandler = (request, _reply, done) => {
		const { hasAuthorization, keyAccepted } = contextOf(request).entry;
		if (keyAccepted) return done();
		const problem = hasAuthorization ? 'invalid API key' : 'missing API key';
		done(new ApiError(CODES.authenticationFailed, `authentication failed: ${problem}`));
	};

	const checkRateLimit: preValidationHookHandler = (_request, _reply, done) => {
		const { requestsPerMinute } = state.settings;
		const seconds = state.rateLimiter.tryAcquire(requestsPerMinute, state.clock.now());
		if (seconds === 0) return done();
		done(new ApiError(CODES.rateLimited, 'rate limit exceeded', { retryAfter: String(seconds) }));
	};

	return {
		onRequest: [onRequest, recordKey],
		preValidation: [preValidation, checkKey, checkRateLimit],
		onSend,
	};
}

const isAccepted = (keys: string[], authorization: string | undefined) =>
	keys.some((key) => authorization === `Bearer ${key}`);

/**
 * Parses the JSON body late, because faults match its text and the key is checked first.
 * @throws ApiError 1000 for invalid JSON
 */
export const parseJsonBody: preValidationHookHandler = (request, _reply, done) => {
	const value = typeof request.body === 'string' ? parseJson(request.body, undefined) : undefined;
	request.body = value;
	if (value !== undefined) return done();
	done(invalid('the body must be JSON, sent with content-type application/json'));
};

/** Sends an error in the envelope. */
export function sendError(state: SandboxState, error: ApiError, reply: FastifyReply): void {
	const { retryAfter } = error.details;
	if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
	reply.code(error.httpStatus(state.settings.errorStyle)).send(error.envelope);
}
