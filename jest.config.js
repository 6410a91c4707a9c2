/** One project a kind of test; `npm test` runs all but e2e, which needs the real n8n server. */
const project = (name, options = {}) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json'],
	...options,
});

module.exports = {
	projects: [project('unit'), project('contract'), project('engine'), project('package'), project('e2e')],
	collectCoverageFrom: ['dist/**/*.js', 'nodes/**/*.ts', 'credentials/**/*.ts'],
};
