import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';

import { generateSchema, statusSchema, uploadSchema } from '../contract';
import { parseEnvelope } from '../responseFaults';
import { causesOf, describeCause } from '../validationMessage';
import type { Difference } from './differences';
import { receivedText } from './receivedText';

/** The endpoints of the contract, with the schemas of the sandbox's own routes. */
export const SCHEMAS = { generate: generateSchema, status: statusSchema, upload: uploadSchema };
export type CheckedEndpoint = keyof typeof SCHEMAS;

/** A request and its response, as far as the contract describes them. */
export interface Exchange {
	request: FastifyRequest;
	endpoint: CheckedEndpoint;
	/** The parsed body. undefined: there was none, or it wasn't valid. */
	requestBody: unknown;
	httpStatus: number;
	/** The text of the response. */
	responseText: string;
}

/** All differences between an exchange and the contract. */
export function checkExchange(exchange: Exchange): Difference[] {
	return [...checkRequest(exchange), ...checkResponse(exchange)];
}

function checkRequest({ request, endpoint, requestBody }: Exchange): Difference[] {
	const found: Difference[] = [];
	const add = (problem: string, received: string) =>
		found.push({ endpoint, part: 'request', problem, received });
	if (!/^Bearer \S+$/.test(request.headers.authorization ?? '')) {
		add('the Authorization header must be a bearer token', 'no bearer token');
	}
	if (endpoint !== 'status') {
		const errors = validate(request, SCHEMAS[endpoint].body, requestBody);
		for (const cause of errors) add(describeCause(cause), receivedText(requestBody, cause));
	}
	return found;
}

function checkResponse(exchange: Exchange): Difference[] {
	const { request, endpoint, httpStatus, responseText } = exchange;
	const found: Difference[] = [];
	const add = (problem: string, received: string) =>
		found.push({ endpoint, part: 'response', problem, received });
	const envelope = parseEnvelope(responseText);
	if (envelope === null) {
		add('the body must be JSON with a numeric code', `${responseText.length} characters`);
		return found;
	}
	const isSuccess = envelope.code === 0;
	const [success, error] = SCHEMAS[endpoint].response[200].anyOf;
	for (const cause of validate(request, isSuccess ? success : error, envelope)) {
		add(describeCause(cause), receivedText(envelope, cause));
	}
	if (isSuccess && httpStatus >= 400) add('code 0 must have a 2xx status', `HTTP ${httpStatus}`);
	if (isSuccess) {
		for (const [problem, received] of inconsistencies(exchange, envelope.data)) {
			add(problem, received);
		}
	}
	return found;
}

/** What a schema can't describe: fields that depend on each other or on the request. */
function inconsistencies(
	{ endpoint, request, requestBody }: Exchange,
	data: Record<string, unknown> | undefined,
): Array<[problem: string, received: string]> {
	const { uuid, status, videoUrl } = data ?? {};
	if (endpoint === 'status') {
		const hasUrl = typeof videoUrl === 'string' && videoUrl !== '';
		const all: Array<[boolean, string, string]> = [
			[uuid !== uuidOf(request), 'data.uuid must be that of the request', 'another uuid'],
			[status === 'completed' && !hasUrl, 'a completed video must have data.videoUrl', 'no URL'],
			[
				status !== 'completed' && hasUrl,
				'only a completed video has data.videoUrl',
				String(status),
			],
		];
		return all.flatMap(([differs, problem, received]) => (differs ? [[problem, received]] : []));
	}
	if (endpoint !== 'generate' || typeof requestBody !== 'object' || requestBody === null) return [];
	const sent = new Map<string, unknown>(Object.entries({ aspectRatio: 'auto', ...requestBody }));
	const echoed = ['generationType', 'prompt', 'aspectRatio'];
	return echoed
		.filter((name) => data?.[name] !== undefined && data[name] !== sent.get(name))
		.map((name) => [`data.${name} must be that of the request`, 'another value']);
}

function uuidOf({ params }: FastifyRequest): unknown {
	return typeof params === 'object' && params !== null && 'uuid' in params
		? params.uuid
		: undefined;
}

function validate(
	request: FastifyRequest,
	schema: object,
	value: unknown,
): FastifySchemaValidationError[] {
	const check = request.compileValidationSchema(schema);
	return check(value) ? [] : causesOf(check.errors ?? []);
}
