import type { FastifyReply, onRequestHookHandler, preValidationHookHandler } from 'fastify';

import { ApiError, CODES, invalid } from './envelope';
import { jsonOr, pipeline, visitOf } from './pipeline';
import type { Endpoint } from './types';
import type { World } from './world';

/** {@link pipeline} for the API itself: after the faults come key, rate limit and body. */
export function apiPipeline(world: World, endpoint: Endpoint) {
	const { onRequest, preValidation, onSend } = pipeline(world, endpoint);

	const noteKey: onRequestHookHandler = (request, _reply, done) => {
		const { authorization } = request.headers;
		visitOf(request).entry.keyAccepted = isAccepted(world.options.keys, authorization);
		done();
	};

	const checkKey: preValidationHookHandler = (request, _reply, done) => {
		const { hasAuthorization, keyAccepted } = visitOf(request).entry;
		if (keyAccepted) return done();
		const problem = hasAuthorization ? 'invalid API key' : 'missing API key';
		done(new ApiError(CODES.authenticationFailed, `authentication failed: ${problem}`));
	};

	const checkRate: preValidationHookHandler = (_request, _reply, done) => {
		const wait = world.rateLimit.take(world.settings.requestsPerMinute, Date.now());
		if (wait === 0) return done();
		done(new ApiError(CODES.rateLimited, 'rate limit exceeded', { retryAfter: String(wait) }));
	};

	return {
		onRequest: [onRequest, noteKey],
		preValidation: [preValidation, checkKey, checkRate],
		onSend,
	};
}

const isAccepted = (keys: string[], authorization: string | undefined) =>
	keys.some((key) => authorization === `Bearer ${key}`);

/**
 * The JSON body, parsed only now: faults look at its text, and the key is checked before it.
 * @throws ApiError 1000 for text that is no JSON
 */
export const parseJsonBody: preValidationHookHandler = (request, _reply, done) => {
	const value = typeof request.body === 'string' ? jsonOr(request.body, undefined) : undefined;
	request.body = value;
	if (value !== undefined) return done();
	done(invalid('the body must be JSON, sent with content-type application/json'));
};

/** Puts an error into the envelope and sends it. */
export function sendError(world: World, error: ApiError, reply: FastifyReply): void {
	const { retryAfter } = error.details;
	if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
	reply.code(error.httpStatus(world.settings.errorStyle)).send(error.envelope);
}
