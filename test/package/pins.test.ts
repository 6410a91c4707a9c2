import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './support/packed';

const manifestSchema = z.object({
	dependencies: z.record(z.string()).default({}),
	devDependencies: z.record(z.string()).default({}),
});

async function manifestAt(...path: string[]) {
	return manifestSchema.parse(JSON.parse(await readFile(join(ROOT, ...path), 'utf8')));
}

describe('the development dependencies', () => {
	it('are exact versions, so that all installations are equal', async () => {
		const { devDependencies } = await manifestAt('package.json');
		const ranges = Object.entries(devDependencies).filter(
			([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
		);
		expect(ranges).toEqual([]);
	});

	it('that n8n-core also needs have its versions, so that only one copy is installed', async () => {
		const { devDependencies } = await manifestAt('package.json');
		const { dependencies } = await manifestAt('node_modules', 'n8n-core', 'package.json');
		for (const name of ['n8n-workflow', '@n8n/di', '@n8n/backend-common', '@n8n/workflow-sdk']) {
			expect([name, devDependencies[name]]).toEqual([name, dependencies[name]]);
		}
	});
});
