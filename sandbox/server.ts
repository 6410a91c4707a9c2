import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';

import { sendError } from './apiPipeline';
import { controlRoutes } from './control';
import { ApiError, CODES, invalid } from './envelope';
import { inWords } from './findings';
import { generateRoute } from './routes/generate';
import { mediaRoutes } from './routes/media';
import { statusRoute } from './routes/status';
import { uploadRoute } from './routes/upload';
import type { SandboxOptions } from './types';
import { MAX_UPLOAD_BYTES } from './uploads';
import { World } from './world';

const CONTROL_PREFIX = '/__sandbox';

/**
 * Builds a sandbox that is ready to listen. Closing it cuts all connections, hung ones too, and
 * removes the uploaded files.
 * @param log takes one line about each request
 */
export async function buildSandbox(
	options: SandboxOptions,
	log: (line: string) => void = () => {},
): Promise<FastifyInstance> {
	const world = new World(options);
	const app = Fastify({
		schemaErrorFormatter: (findings) => new Error(inWords(findings)),
		forceCloseConnections: true,
		ajv: {
			// Requests are judged as they are: nothing is converted or taken away to make them fit.
			customOptions: { coerceTypes: false, removeAdditional: false, discriminator: true },
		},
	});
	app.addHook('onClose', async () => {
		world.callbacks.clear();
		world.uploads.dispose();
	});
	app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
		if (!url.startsWith(CONTROL_PREFIX)) log(`${method} ${url} ${statusCode}`);
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
	await app.register(async (api) => apiRoutes(api, world), { prefix: '/api' });
	await app.register(async (control) => controlRoutes(control, world), { prefix: CONTROL_PREFIX });
	mediaRoutes(app, world);
	app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
	return app;
}

/** The API itself, with its envelope around every answer. */
function apiRoutes(api: FastifyInstance, world: World): void {
	// Left as text here and as a stream there: faults and the key come before the body is read.
	api.removeContentTypeParser('application/json');
	api.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
		done(null, body),
	);
	api.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));

	api.setErrorHandler<FastifyError | ApiError>((error, _request, reply) =>
		sendError(world, apiErrorFrom(error), reply),
	);
	api.setNotFoundHandler((request, reply) => {
		const problem = `no such endpoint: ${request.method} ${request.url}`;
		const error = new ApiError(CODES.invalidParameters, problem, { httpStatus: 404 });
		sendError(world, error, reply);
	});
	generateRoute(api, world);
	statusRoute(api, world);
	uploadRoute(api, world);
}

function apiErrorFrom(error: FastifyError | ApiError): ApiError {
	if (error instanceof ApiError) return error;
	if ((error.statusCode ?? 500) < 500) return invalid(error.message);
	return new ApiError(CODES.serverError, error.message);
}
