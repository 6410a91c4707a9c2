import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf, UserError } from './userError';

export const flag = z.boolean().default(false);

/** An option with a whole number from 1 as its value. */
export const count = z.coerce
	.number({ invalid_type_error: 'Expected a whole number' })
	.int('Expected a whole number')
	.positive();

export const port = count.max(65_535);

/**
 * Parses the command line. Each key of `shape` is an option, e.g. { port: port.default(5678) }.
 * @returns the options, or undefined after `--help` was printed
 * @throws UserError if an option is unknown or its value is invalid
 */
export function parseOptions<T extends z.ZodRawShape>(
	shape: T,
	help: string,
): z.output<z.ZodObject<T>> | undefined {
	const types = Object.entries({ ...shape, help: flag }).map(
		([name, schema]) => [name, { type: schema === flag ? 'boolean' : 'string' }] as const,
	);
	try {
		const { values } = parseArgs({ options: Object.fromEntries(types) });
		if (!values.help) return z.object(shape).parse(values);
	} catch (error) {
		if (!(error instanceof z.ZodError)) throw new UserError(messageOf(error), help);
		const problems = error.issues.map(({ path, message }) => `--${path.join()}: ${message}`);
		throw new UserError(problems.join('\n'), help);
	}
	console.log(help);
	return undefined;
}
