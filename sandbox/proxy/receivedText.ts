import type { FastifySchemaValidationError } from 'fastify';

/** Fields whose values can be private. Only their length is reported. */
const PRIVATE = /(prompt|url|key|uuid|file|message|msg)$/i;
const MAX_LENGTH = 40;

/** The value that violates a schema, in a form that can be published. */
export function receivedText(body: unknown, error: FastifySchemaValidationError): string {
	const { instancePath, params } = error;
	const extra = params.additionalProperty;
	const path = instancePath.split('/').slice(1);
	if (typeof extra === 'string') path.push(extra);
	let value = body;
	for (const name of path) value = fieldOf(value, name);
	return describe(value, path.at(-1) ?? '');
}

function fieldOf(value: unknown, name: string): unknown {
	if (typeof value !== 'object' || value === null) return undefined;
	return new Map<string, unknown>(Object.entries(value)).get(name);
}

function describe(value: unknown, name: string): string {
	switch (typeof value) {
		case 'string':
			if (PRIVATE.test(name) || value.length > MAX_LENGTH) {
				return `a string of ${value.length} characters`;
			}
			return JSON.stringify(value);
		case 'number':
		case 'boolean':
			return String(value);
		case 'object':
			if (value === null) return 'null';
			return Array.isArray(value) ? 'an array' : `an object with ${Object.keys(value).join(', ')}`;
		default:
			return 'nothing';
	}
}
