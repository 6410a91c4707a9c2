import type { FastifySchemaValidationError } from 'fastify';

/** What a validator found, in words: which field, and what it takes. */
export function inWords(findings: FastifySchemaValidationError[]): string {
	// The finding about `if` only says that one about `then` or `else` follows.
	const sentences = findings.filter(({ keyword }) => keyword !== 'if').map(sentence);
	return `invalid parameters: ${sentences.join('; ')}`;
}

function sentence({ instancePath, keyword, message, params }: FastifySchemaValidationError) {
	const field = instancePath.slice(1).replaceAll('/', '.') || 'the body';
	const { allowedValues, additionalProperty, missingProperty } = params;
	if (keyword === 'required') return `${String(missingProperty)} is missing`;
	if (keyword === 'additionalProperties') return `${field} has no ${String(additionalProperty)}`;
	if (Array.isArray(allowedValues)) return `${field} must be one of ${allowedValues.join(', ')}`;
	if (keyword === 'pattern' && field === 'prompt') return 'prompt must not be empty';
	if (keyword === 'pattern' && field === 'imageUrl') return 'imageUrl must be an http or https URL';
	return `${field} ${message ?? 'is not valid'}`;
}
