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

// the sandbox's own tests say nothing about the real service
const onRealService = { testPathIgnorePatterns: ['/test/contract/sandbox'] };

module.exports = {
	// waiting for a video, and for another try, takes seconds
	testTimeout: 30_000,
	projects: [
		project('unit'),
		project('contract', process.env.VEO_API_KEY ? onRealService : {}),
		project('chaos'),
		project('engine', { resolver: '<rootDir>/test/engine/support/resolver.cjs' }),
		project('package'),
		project('e2e'),
	],
	// all of it as it is shipped, by the engine tests; its pure parts once more, by the unit tests
	collectCoverageFrom: ['dist/**/*.js', 'nodes/Veo/{api,jobs}/**/*.ts', '!**/api/{clock,http}.*'],
};
