import { Failure } from './failure';
import { tool } from './processes';

/** ESLint's way of using the nearest eslint.config.mjs: the dev folders have rules of their own. */
const NEAREST_CONFIG = { ESLINT_FLAGS: 'v10_config_lookup_from_file' };

/** n8n's lint rules for community nodes, ours for the rest, and the direction of imports. */
export async function lint(args: string[] = []): Promise<void> {
	const env = { ...process.env, ...NEAREST_CONFIG };
	await tool('@n8n/node-cli/bin/n8n-node.mjs', ['lint', ...args], { env });
	await tool('dependency-cruiser/bin/dependency-cruise.mjs', [
		'--config',
		'.dependency-cruiser.cjs',
		...['nodes', 'credentials', 'sandbox'],
	]);
}

/** The shipped code by its own settings, then everything by the stricter ones. */
export async function types(): Promise<void> {
	await tool('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']);
	await tool('typescript/bin/tsc', ['-p', 'tsconfig.dev.json']);
}

export async function formatting(): Promise<void> {
	try {
		await tool('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		throw new Failure('Not all files are formatted; `npm run format` does it.', error.remedy);
	}
}
