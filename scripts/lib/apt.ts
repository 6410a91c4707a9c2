import { run } from './processes';
import { step } from './progress.cjs';

export const isRoot = () => process.getuid?.() === 0;

/** Installs Debian packages, with sudo unless this process runs as root. */
export async function aptInstall(packages: string[], flags: string[] = []): Promise<void> {
	const sudo = isRoot() ? [] : ['sudo', '-n'];
	const [command = 'env', ...args] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
	const wait = ['-o', 'DPkg::Lock::Timeout=300', '-qq']; // for other apt-get processes
	await step(`Installing ${packages.join(' and ')} (apt-get)`, async () => {
		await run(command, [...args, ...wait, 'update']);
		await run(command, [...args, ...wait, 'install', '--yes', ...flags, ...packages]);
	});
}
