const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0'];

/**
 * A boolean that an expression can return as text or as a number.
 * @returns undefined if the value isn't a boolean
 */
export function parseBoolean(value: unknown, fallback: boolean): boolean | undefined {
	if (value === null || value === undefined) return fallback;
	if (!['boolean', 'number', 'string'].includes(typeof value)) return undefined;
	const word = String(value).trim().toLowerCase();
	if (word === '') return fallback;
	return TRUE.includes(word) ? true : FALSE.includes(word) ? false : undefined;
}

/** Source of an n8n expression that is true if parseBoolean(parameter, false) is. */
export function isTrueExpression(parameter: string): string {
	const words = TRUE.map((word) => `'${word}'`).join(', ');
	return `[${words}].includes(String($parameter.${parameter}).trim().toLowerCase())`;
}
