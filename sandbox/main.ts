#!/usr/bin/env node
import { HELP, OptionError, parseOptions, type SandboxOptions } from './options';
import { originOf, stopOnSignals } from './process';

async function main([command, ...rest]: string[]): Promise<void> {
	if (command === 'proxy') {
		const { runProxy } = await import('./proxy/main'); // the sandbox starts faster without it
		return await runProxy(rest);
	}
	await runSandbox(command === undefined ? [] : [command, ...rest]);
}

async function runSandbox(argv: string[]): Promise<void> {
	const options = parseOptions(argv);
	if (options === 'help') {
		process.stdout.write(HELP);
		return;
	}
	const { buildSandbox } = await import('./server'); // an invalid option is reported without it
	const app = await buildSandbox(options, options.quiet ? undefined : console.log);
	stopOnSignals(app);
	await app.listen({ port: options.port, host: options.host });
	announce(originOf(app), options);
}

function announce(origin: string, { keys, quiet }: SandboxOptions): void {
	console.log(`Sandbox Veo API listening on ${origin}/api`);
	if (quiet) return;
	const key = keys[0] ?? '';
	console.log(`
API key:  ${key}
Status:   ${origin}/
Contract: ${origin}/openapi.json
Journal:  ${origin}/__sandbox/journal

curl ${origin}/api/generate-video -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/json' \\
  -d '{"generationType":"text_to_video","prompt":"A lighthouse at dawn"}'
`);
}

/** What happened, and how to fix it. */
function explain(error: unknown): string {
	if (error instanceof OptionError) return `${error.message}\nSee --help for all options.`;
	const problem = error instanceof Error ? error.message : String(error);
	switch (codeOf(error)) {
		case 'EADDRINUSE':
			return `The port is already in use (${problem}).\nStop the other process, or choose another port with --port. --port 0 picks a free one.`;
		case 'EACCES':
			return `Permission to listen on the port was denied (${problem}).\nChoose a port above 1023 with --port.`;
		case 'ENOTFOUND':
		case 'EADDRNOTAVAIL':
			return `The address isn't available on this machine (${problem}).\nChoose another with --host, such as 127.0.0.1.`;
		default:
			return problem;
	}
}

const codeOf = (error: unknown) =>
	typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(explain(error));
	process.exit(1);
});
