import { OptionError, readInteger, readUrl, parseFlags } from '../options';

/** How a proxy starts. Each field has a command-line option. */
export interface ProxyOptions {
	/** Base URL of the API, without a slash at the end. */
	target: string;
	/** 0 picks a free port. */
	port: number;
	host: string;
	/** The file to which differences are appended. null: none. */
	record: string | null;
	quiet: boolean;
}

export const DEFAULT_PROXY_OPTIONS: ProxyOptions = {
	target: 'https://veo3o1.com/api',
	port: 3056,
	host: '127.0.0.1',
	record: null,
	quiet: false,
};

export const PROXY_HELP = `Forwards requests to a Veo API and reports where it differs from the contract.

Usage: veo-api-sandbox proxy [options]

  --target URL    base URL of the API (${DEFAULT_PROXY_OPTIONS.target})
  --port N        port to listen on; 0 picks a free one (${DEFAULT_PROXY_OPTIONS.port})
  --host ADDRESS  address to listen on (${DEFAULT_PROXY_OPTIONS.host})
  --record FILE   append differences to a file, one JSON object per line (none)
  --quiet         print only differences
  --help          show this help

Enter the printed base URL in the credential of n8n. Requests cost what they cost without the proxy.
`;

/**
 * Parses the command line.
 * @returns 'help' for --help
 * @throws OptionError for an unknown option or an invalid value
 */
export function parseProxyOptions(argv: string[]): ProxyOptions | 'help' {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean' } as const;
	const options = { target: text, port: text, host: text, record: text, quiet: flag, help: flag };
	const given = parseFlags(argv, options);
	if (given.help) return 'help';
	if (given.record === '') throw new OptionError('--record must be a file.');
	const defaults = DEFAULT_PROXY_OPTIONS;
	return {
		target: readUrl('--target', given.target)?.replace(/\/+$/, '') ?? defaults.target,
		port: readInteger('--port', given.port, 0, 65_535) ?? defaults.port,
		host: given.host ?? defaults.host,
		record: given.record ?? defaults.record,
		quiet: given.quiet ?? false,
	};
}
