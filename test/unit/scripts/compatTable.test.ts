import { row } from '../../../scripts/compat/table';

const allPassed = (passed: number) => ({ passed, failed: 0, passes: ['it works'], failures: [] });
const verdict = { version: '2.0.3', nodeVersion: '24.21.0', engine: allPassed(9) };

describe('what the README says of an n8n', () => {
	it('is how many tests passed, and how to see it', () => {
		const command = '`npm run test:compat -- 2.0.3`';
		expect(row({ ...verdict, e2e: allPassed(4) })).toBe(
			`| 2.0.3 | 24.21.0 | 9 passed | 4 passed | ${command} |`,
		);
	});

	it('names what failed', () => {
		const e2e = { passed: 3, failed: 1, passes: [], failures: ['a | b'] };
		expect(row({ ...verdict, e2e })).toContain('| 3 passed, 1 failed (a \\| b) |');
	});

	it('names what that n8n lacks', () => {
		const e2e = { ...allPassed(4), passes: ['it works', 'an example needs n8n 2.20 or newer'] };
		expect(row({ ...verdict, e2e })).toContain('| 4 passed (an example needs n8n 2.20 or newer) |');
	});
});
