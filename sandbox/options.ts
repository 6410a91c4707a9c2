import { parseArgs, type ParseArgsConfig } from 'node:util';

import type { ErrorStyle, Settings } from './controlContract';

/** How a sandbox starts. Each field has a command-line option. */
export interface SandboxOptions
	extends Pick<
		Settings,
		'credits' | 'jobSeconds' | 'errorStyle' | 'requestsPerMinute' | 'publicUrl' | 'callbackUrl'
	> {
	/** 0 picks a free port. */
	port: number;
	host: string;
	/** Accepted bearer keys. */
	keys: string[];
	quiet: boolean;
}

export const DEFAULT_OPTIONS: SandboxOptions = {
	port: 3055,
	host: '127.0.0.1',
	keys: ['sandbox-key'],
	credits: 100,
	jobSeconds: 20,
	errorStyle: 'http',
	requestsPerMinute: null,
	publicUrl: null,
	callbackUrl: null,
	quiet: false,
};

export const HELP = `A local Veo API with fault injection. It covers the whole contract and needs no real key.

Usage: veo-api-sandbox [options]
       veo-api-sandbox proxy [options]   in front of the real API; see its --help

  --port N                  port to listen on; 0 picks a free one (${DEFAULT_OPTIONS.port})
  --host ADDRESS            address to listen on (${DEFAULT_OPTIONS.host})
  --key KEY                 accepted API key; can be repeated (${DEFAULT_OPTIONS.keys.join()})
  --credits N               initial credits; a video costs 2 (${DEFAULT_OPTIONS.credits})
  --job-seconds SECONDS     duration of a job, e.g. 0.3 (${DEFAULT_OPTIONS.jobSeconds})
  --error-style http|ok     errors as HTTP 4xx/5xx, or as HTTP 200 (${DEFAULT_OPTIONS.errorStyle})
  --requests-per-minute N   rate limit (none)
  --public-url URL          origin of image and video URLs (origin of the request)
  --callback-url URL        receives a POST when a job ends (none)
  --quiet                   don't print each request
  --help                    show this help
`;

/** An invalid command line. The message names the option and what it accepts. */
export class OptionError extends Error {}

/**
 * Parses the command line.
 * @returns 'help' for --help
 * @throws OptionError for an unknown option or an invalid value
 */
export function parseOptions(argv: string[]): SandboxOptions | 'help' {
	const given = parseFlags(argv, FLAGS);
	if (given.help) return 'help';
	const defaults = DEFAULT_OPTIONS;
	return {
		port: readInteger('--port', given.port, 0, 65_535) ?? defaults.port,
		host: given.host ?? defaults.host,
		keys: keys(given.key) ?? defaults.keys,
		credits: readInteger('--credits', given.credits, 0) ?? defaults.credits,
		jobSeconds: seconds('--job-seconds', given['job-seconds']) ?? defaults.jobSeconds,
		errorStyle: errorStyle(given['error-style']) ?? defaults.errorStyle,
		requestsPerMinute:
			readInteger('--requests-per-minute', given['requests-per-minute'], 1) ?? null,
		publicUrl: readUrl('--public-url', given['public-url'])?.replace(/\/+$/, '') ?? null,
		callbackUrl: readUrl('--callback-url', given['callback-url']) ?? null,
		quiet: given.quiet ?? false,
	};
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const FLAGS = {
	port: text,
	host: text,
	key: { type: 'string', multiple: true },
	credits: text,
	'job-seconds': text,
	'error-style': text,
	'requests-per-minute': text,
	'public-url': text,
	'callback-url': text,
	quiet: flag,
	help: flag,
} as const;

/** @throws OptionError for an option that isn't in `options` */
export function parseFlags<Options extends NonNullable<ParseArgsConfig['options']>>(
	args: string[],
	options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options }>>['values'] {
	try {
		return parseArgs({ args, options }).values;
	} catch (error) {
		throw new OptionError(error instanceof Error ? error.message : String(error));
	}
}

export function readInteger(name: string, text: string | undefined, min: number, max = 1e9) {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= min && value <= max) return value;
	throw new OptionError(
		`${name} must be a whole number from ${min} to ${max}. Received "${text}".`,
	);
}

function seconds(name: string, text: string | undefined) {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (/^\d*\.?\d+$/.test(text) && value <= 1e6) return value;
	throw new OptionError(
		`${name} must be a number of seconds, such as 20 or 0.3. Received "${text}".`,
	);
}

function keys(texts: string[] | undefined) {
	if (texts?.some((text) => !/^\S+$/.test(text))) {
		throw new OptionError('--key must not be empty or contain spaces.');
	}
	return texts;
}

function errorStyle(text: string | undefined): ErrorStyle | undefined {
	if (text === undefined || text === 'http' || text === 'ok') return text;
	throw new OptionError(`--error-style must be http or ok. Received "${text}".`);
}

export function readUrl(name: string, text: string | undefined) {
	if (text === undefined) return undefined;
	if (URL.canParse(text) && /^https?:/.test(text)) return text;
	throw new OptionError(`${name} must be an http or https URL. Received "${text}".`);
}
