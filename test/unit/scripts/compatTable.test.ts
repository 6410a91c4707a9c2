import { row } from '../../../scripts/compat/table';

const titles = (count: number) => Array.from({ length: count }, (_, index) => `test ${index}`);
const engine = { passed: titles(9), failed: [] };
const result = { version: '2.0.3', nodeVersion: '24.21.0', engine };

describe('a row of the compatibility table', () => {
	it('shows the number of passed tests and the command', () => {
		const e2e = { passed: titles(4), failed: [] };
		const command = '`npm run test:compat -- 2.0.3`';
		expect(row({ ...result, e2e })).toEqual(['2.0.3', '24.21.0', '9 passed', '4 passed', command]);
	});

	it('lists failed tests', () => {
		const e2e = { passed: titles(3), failed: ['a | b'] };
		expect(row({ ...result, e2e })).toContain('3 passed, 1 failed (a \\| b)');
	});

	it('lists limitations of that n8n version', () => {
		const e2e = { passed: [...titles(3), 'an example needs n8n 2.20 or newer'], failed: [] };
		expect(row({ ...result, e2e })).toContain('4 passed (an example needs n8n 2.20 or newer)');
	});
});
