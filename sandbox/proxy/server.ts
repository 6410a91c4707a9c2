import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';

import replyFrom from '@fastify/reply-from';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { parseJson } from '../pipeline';
import { type CheckedEndpoint, checkExchange } from './contractCheck';
import { Differences } from './differences';
import type { ProxyOptions } from './options';
import { observeForm } from './uploadForm';

/** Larger than an upload, which is 50 MB at most. */
const BODY_LIMIT = 64 * 1024 ** 2;
/** A submission may take this long. */
const TIMEOUT_MS = 150_000;

/**
 * Builds a proxy that is ready to listen. It changes neither requests nor responses, and it never
 * repeats a request.
 * @param log receives the differences, and one line per request unless `quiet` is set
 */
export async function buildProxy(
	{ target, record, quiet }: Pick<ProxyOptions, 'target' | 'record' | 'quiet'>,
	log: (line: string) => void = () => {},
): Promise<{ app: FastifyInstance; differences: Differences }> {
	const { origin, pathname } = new URL(target);
	const differences = new Differences(record, log);
	const app = Fastify({
		bodyLimit: BODY_LIMIT,
		forceCloseConnections: true,
		ajv: {
			// all differences, and no conversion that could hide one
			customOptions: {
				...{ allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: false },
			},
		},
	});
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
		done(null, body),
	);
	app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
	app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
		if (!quiet && !url.startsWith('/__sandbox')) log(`${method} ${url} ${statusCode}`);
	});
	const undici = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
	await app.register(replyFrom, { base: origin, retryMethods: [], undici });

	const forward =
		(endpoint: CheckedEndpoint | null) => (request: FastifyRequest, reply: FastifyReply) =>
			forwardRequest({
				endpoint,
				request,
				reply,
				differences,
				basePath: pathname.replace(/\/$/, ''),
			});
	app.get('/__sandbox/differences', async () => differences.report());
	app.delete('/__sandbox/differences', async () => {
		differences.clear();
		return differences.report();
	});
	app.post('/api/generate-video', forward('generate'));
	app.get('/api/video-status/:uuid', forward('status'));
	app.post('/api/upload-video-image', forward('upload'));
	app.all('/api/*', forward(null));
	return { app, differences };
}

interface Forwarding {
	endpoint: CheckedEndpoint | null;
	request: FastifyRequest;
	reply: FastifyReply;
	differences: Differences;
	/** The path of the API's base URL. */
	basePath: string;
}

function forwardRequest({ endpoint, request, reply, differences, basePath }: Forwarding) {
	const { body, headers, url } = request;
	const contentType = headers['content-type'] ?? '';
	const isJson = typeof body === 'string';
	const form =
		endpoint === 'upload' && body instanceof Readable ? observeForm(body, contentType) : null;
	if (form !== null) request.body = form.forwarded;

	return reply.from(`${basePath}${url.slice('/api'.length)}`, {
		...(isJson && { body, contentType }),
		// a compressed response couldn't be checked
		rewriteRequestHeaders: (_request, original) => ({ ...original, 'accept-encoding': 'identity' }),
		onError: (response, { error }) =>
			response
				.code(502)
				.type('text/plain')
				.send(`The API can't be reached: ${reasonOf(error)}\n`),
		onResponse: (_request, response, { stream }) => {
			void text(stream).then(
				async (responseText) => {
					const { statusCode } = response;
					const requestBody = isJson ? parseJson(body, undefined) : await form?.parts;
					const exchange = { request, requestBody, httpStatus: statusCode, responseText };
					const found =
						endpoint === null
							? [unknownEndpoint(request)]
							: checkExchange({ ...exchange, endpoint });
					differences.add(found, statusCode);
					response.send(responseText);
				},
				(error: unknown) => response.send(error),
			);
		},
	});
}

/** The error of the connection, which reply-from wraps. */
const reasonOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);

/** Without the query and the video ID, which can be private. */
function unknownEndpoint({ method, url }: FastifyRequest) {
	const path = url.replace(/\?.*/, '').replace(/[\da-f-]{32,}/gi, '…');
	return {
		endpoint: null,
		part: 'request' as const,
		problem: `the contract has no endpoint ${method} ${path}`,
		received: `${method} ${path}`,
	};
}
