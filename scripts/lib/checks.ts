import { tool } from './processes';
import { UserError } from './userError';

/** Makes ESLint use the nearest eslint.config.mjs; the development folders have their own rules. */
const NEAREST_CONFIG = { ESLINT_FLAGS: 'v10_config_lookup_from_file' };

/** n8n's lint rules for community nodes, the project's rules for other code, and import directions. */
export async function lint(args: string[] = []): Promise<void> {
	await tool('@n8n/node-cli/bin/n8n-node.mjs', ['lint', ...args], {
		...process.env,
		...NEAREST_CONFIG,
	});
	const folders = ['nodes', 'credentials', 'sandbox'];
	const config = ['--config', '.dependency-cruiser.cjs'];
	await tool('dependency-cruiser/bin/dependency-cruise.mjs', [...config, ...folders]);
}

/** Checks all code with the stricter settings. The build checks the published code with its own. */
export async function checkTypes(): Promise<void> {
	const cached = ['--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'];
	await tool('typescript/bin/tsc', ['-p', 'tsconfig.dev.json', ...cached]);
}

export async function checkFormatting(): Promise<void> {
	const cached = ['--cache', '--cache-location=.cache/prettier'];
	try {
		await tool('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.', ...cached]);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		throw new UserError("Some files aren't formatted. Run `npm run format`.", error.hint);
	}
}
