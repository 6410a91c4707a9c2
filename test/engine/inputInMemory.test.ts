// in-memory binary data, as n8n 1.x has it by default; set before n8n's modules load
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'default';

import { FILES, useEngine } from '../harness/setup';

const setup = useEngine();

const uploadFrom = async (binaryPropertyName: string) => {
	const binary = await setup.engine.binary(FILES.png, { fileName: 'cat.png' });
	expect(binary?.data).not.toHaveProperty('id');
	const parameters = { resource: 'image', operation: 'upload', binaryPropertyName };
	return await setup.run(parameters, { items: [{ json: {}, binary }] });
};

it('a file that an expression returns is uploaded from memory', async () => {
	const { items, error } = await uploadFrom("={{ $('Input').item.binary.data }}");
	expect(error).toBeUndefined();
	expect(items[0]?.json).toMatchObject({ fileName: 'cat.png', fileSize: FILES.png.length });
});

it("'$binary' has no content in memory, which the error says", async () => {
	const { error } = await uploadFrom('={{ $binary.data }}');
	expect(error?.message).toBe('The file "cat.png" has no content');
	expect(error?.description).toContain("$('Node').item.binary.data");
	expect(await setup.sandbox.journal()).toEqual([]);
});
