/** The supervisor of every program that the scripts start. Windows has no SIGTERM. */
import { start } from '../../../scripts/lib/processes';
import { waitFor } from '../../../scripts/lib/waitFor';

/** Like n8n: handles only the first SIGTERM, and a second one would end it before it has cleaned up. */
const PROGRAM = `
	process.once('SIGTERM', () => setTimeout(() => {
		console.log('cleaned up');
		process.exit(0);
	}, 300));
	setInterval(() => {}, 1000);
	console.log('started');
`;

(process.platform === 'win32' ? it.failing : it)(
	'a program gets the time to clean up when it is stopped',
	async () => {
		const program = start(process.execPath, ['-e', PROGRAM]);
		await waitFor(
			async () => program.output(),
			(output) => output.includes('started'),
		);
		await program.stop();
		expect(program.output()).toContain('cleaned up');
		expect(await program.exited).toBe(0);
	},
);
