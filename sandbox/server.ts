import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';

import { sendError } from './apiPipeline';
import { CODES } from './contract';
import { controlRoutes } from './control';
import { ApiError, invalid } from './envelope';
import type { SandboxOptions } from './options';
import { generateRoute } from './routes/generate';
import { mediaRoutes } from './routes/media';
import { pageRoutes } from './routes/page';
import { statusRoute } from './routes/status';
import { uploadRoute } from './routes/upload';
import { SandboxState } from './state';
import { MAX_UPLOAD_BYTES } from './uploads';
import { validationMessage } from './validationMessage';

const CONTROL_PREFIX = '/__sandbox';

/** Requests of the control API and the status page, which aren't logged. */
const isOwnTraffic = (url: string) =>
	url.startsWith(CONTROL_PREFIX) || url === '/' || url.startsWith('/page/');

/**
 * Builds a sandbox that is ready to listen. Closing it closes all connections, including hanging
 * ones, and deletes the uploaded files.
 * @param log receives one line per request
 */
export async function buildSandbox(
	options: SandboxOptions,
	log: (line: string) => void = () => {},
): Promise<FastifyInstance> {
	const state = new SandboxState(options);
	const app = Fastify({
		schemaErrorFormatter: (errors) => new Error(validationMessage(errors)),
		forceCloseConnections: true,
		ajv: {
			// Validation is strict: values aren't converted, unknown fields aren't removed.
			customOptions: { coerceTypes: false, removeAdditional: false, discriminator: true },
		},
	});
	app.addHook('onClose', async () => {
		state.callbacks.clear();
		state.uploads.dispose();
	});
	app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
		if (!isOwnTraffic(url)) log(`${method} ${url} ${statusCode}`);
	});

	await app.register(multipart, {
		throwFileSizeLimit: false,
		limits: { fileSize: MAX_UPLOAD_BYTES },
	});
	await app.register(swagger, {
		openapi: {
			openapi: '3.1.0',
			info: { title: 'Veo 3.1 API (sandbox)', version: '3.1' },
			servers: [{ url: '/' }],
			components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
		},
	});
	await app.register(async (api) => apiRoutes(api, state), { prefix: '/api' });
	await app.register(async (control) => controlRoutes(control, state), { prefix: CONTROL_PREFIX });
	mediaRoutes(app, state);
	pageRoutes(app);
	app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
	return app;
}

/** The API itself. Every response has an envelope. */
function apiRoutes(api: FastifyInstance, state: SandboxState): void {
	// Faults and the key are checked before the body is parsed: JSON stays text, forms a stream.
	api.removeContentTypeParser('application/json');
	api.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
		done(null, body),
	);
	api.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));

	api.setErrorHandler<FastifyError | ApiError>((error, _request, reply) =>
		sendError(state, apiErrorFrom(error), reply),
	);
	api.setNotFoundHandler((request, reply) => {
		const problem = `no such endpoint: ${request.method} ${request.url}`;
		const error = new ApiError(CODES.invalidParameters, problem, { httpStatus: 404 });
		sendError(state, error, reply);
	});
	generateRoute(api, state);
	statusRoute(api, state);
	uploadRoute(api, state);
}

function apiErrorFrom(error: FastifyError | ApiError): ApiError {
	if (error instanceof ApiError) return error;
	if ((error.statusCode ?? 500) < 500) return invalid(error.message);
	return new ApiError(CODES.serverError, error.message);
}
