import { originOf, stopOnSignals } from '../process';
import { parseProxyOptions, PROXY_HELP } from './options';

/** `veo-api-sandbox proxy` */
export async function runProxy(argv: string[]): Promise<void> {
	const options = parseProxyOptions(argv);
	if (options === 'help') {
		process.stdout.write(PROXY_HELP);
		return;
	}
	const { buildProxy } = await import('./server'); // an invalid option is reported without it
	const { app, differences } = await buildProxy(options, console.log);
	app.addHook('onClose', async () => console.log(differences.summary()));
	stopOnSignals(app);
	await app.listen({ port: options.port, host: options.host });
	const origin = originOf(app);
	console.log(`Proxy of ${options.target} listening on ${origin}/api`);
	if (!options.quiet) console.log(`Differences: ${origin}/__sandbox/differences\n`);
}
