import { parseArgs } from 'node:util';

import type { ErrorStyle, SandboxOptions } from './types';

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

export const HELP = `A local Veo API: the whole contract, no key to buy, faults on demand.

Usage: tsx sandbox/main.ts [options]

  --port N                  port to listen on, 0 picks a free one (${DEFAULT_OPTIONS.port})
  --host ADDRESS            address to listen on (${DEFAULT_OPTIONS.host})
  --key KEY                 accepted API key, may be repeated (${DEFAULT_OPTIONS.keys.join()})
  --credits N               credits to begin with, 2 a video (${DEFAULT_OPTIONS.credits})
  --job-seconds SECONDS     how long a video takes, e.g. 0.3 (${DEFAULT_OPTIONS.jobSeconds})
  --error-style http|ok     errors as HTTP 4xx/5xx, or all as HTTP 200 (${DEFAULT_OPTIONS.errorStyle})
  --requests-per-minute N   rate limit (none)
  --public-url URL          origin used in image and video URLs (the one called)
  --callback-url URL        called with POST when a video has ended (nobody)
  --quiet                   do not print each request
  --help                    this page
`;

/** A command line that cannot be followed; the message says which option and what it takes. */
export class OptionError extends Error {}

/**
 * Reads the command line.
 * @returns 'help' if that was asked for
 * @throws OptionError for an unknown option or an impossible value
 */
export function readOptions(argv: string[]): SandboxOptions | 'help' {
	const given = parse(argv);
	if (given.help) return 'help';
	const defaults = DEFAULT_OPTIONS;
	return {
		port: integer('--port', given.port, 0, 65_535) ?? defaults.port,
		host: given.host ?? defaults.host,
		keys: keys(given.key) ?? defaults.keys,
		credits: integer('--credits', given.credits, 0) ?? defaults.credits,
		jobSeconds: seconds('--job-seconds', given['job-seconds']) ?? defaults.jobSeconds,
		errorStyle: errorStyle(given['error-style']) ?? defaults.errorStyle,
		requestsPerMinute: integer('--requests-per-minute', given['requests-per-minute'], 1) ?? null,
		publicUrl: url('--public-url', given['public-url'])?.replace(/\/+$/, '') ?? null,
		callbackUrl: url('--callback-url', given['callback-url']) ?? null,
		quiet: given.quiet ?? false,
	};
}

function parse(argv: string[]) {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean' } as const;
	try {
		return parseArgs({
			args: argv,
			options: {
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
			},
		}).values;
	} catch (error) {
		throw new OptionError(error instanceof Error ? error.message : String(error));
	}
}

function integer(name: string, text: string | undefined, least: number, most = 1e9) {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= least && value <= most) return value;
	throw new OptionError(`${name} takes a whole number from ${least} to ${most}, not "${text}".`);
}

function seconds(name: string, text: string | undefined) {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (/^\d*\.?\d+$/.test(text) && value <= 1e6) return value;
	throw new OptionError(`${name} takes a number of seconds such as 20 or 0.3, not "${text}".`);
}

function keys(texts: string[] | undefined) {
	if (texts?.some((text) => !/^\S+$/.test(text))) {
		throw new OptionError('--key takes a key without spaces.');
	}
	return texts;
}

function errorStyle(text: string | undefined): ErrorStyle | undefined {
	if (text === undefined || text === 'http' || text === 'ok') return text;
	throw new OptionError(`--error-style takes http or ok, not "${text}".`);
}

function url(name: string, text: string | undefined) {
	if (text === undefined) return undefined;
	if (URL.canParse(text) && /^https?:/.test(text)) return text;
	throw new OptionError(`${name} takes an http or https URL, not "${text}".`);
}
