import type { FastifySchemaValidationError } from 'fastify';

/** Keywords whose errors only repeat that one of their branches failed. */
const COMPOSITE_KEYWORDS = ['if', 'anyOf'];

/** Describes validation errors: which field is invalid, and what it accepts. */
export function validationMessage(errors: FastifySchemaValidationError[]): string {
	return `invalid parameters: ${causesOf(errors).map(describeCause).join('; ')}`;
}

/** The errors that have a cause of their own. */
export const causesOf = <E extends FastifySchemaValidationError>(errors: readonly E[]): E[] =>
	errors.filter(({ keyword }) => !COMPOSITE_KEYWORDS.includes(keyword));

/** Which field is invalid, and what it accepts. */
export function describeCause({
	instancePath,
	keyword,
	message,
	params,
}: FastifySchemaValidationError) {
	const field = instancePath.slice(1).replaceAll('/', '.') || 'the body';
	const { allowedValues, additionalProperty, missingProperty } = params;
	if (keyword === 'required') return `${String(missingProperty)} is missing`;
	if (keyword === 'additionalProperties') {
		return `${field} has an unknown field: ${String(additionalProperty)}`;
	}
	if (Array.isArray(allowedValues)) return `${field} must be one of ${allowedValues.join(', ')}`;
	if (keyword === 'pattern' && field === 'prompt') return 'prompt must not be empty';
	if (keyword === 'pattern' && field === 'imageUrl') return 'imageUrl must be an http or https URL';
	return `${field} ${message ?? 'is not valid'}`;
}
