const { availableParallelism } = require('node:os');

/** One project a kind of test; `npm test` runs all but e2e, which needs the real n8n server. */
const project = (name, options = {}) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: '<rootDir>/test/harness/environment.ts',
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json'],
	...options,
});

// the sandbox's own tests say nothing about the real service
const onRealService = { testPathIgnorePatterns: ['/test/contract/sandbox'] };

/** An n8n before 2.41 cannot park an execution as durable waiting does, and is told so by a test. */
const canPark = (version) => {
	const [major, minor] = version.split('.').map(Number);
	return major > 2 || (major === 2 && minor >= 41);
};
const inServer = canPark(process.env.VEO_N8N_VERSION ?? '2.41.1')
	? ['e2e/durableRefused']
	: ['e2e/durable(?!Refused)', 'e2e/agentDurable'];
const { VEO_ENGINE_N8N } = process.env;
const engine = VEO_ENGINE_N8N && require(`${VEO_ENGINE_N8N}/node_modules/n8n/package.json`).version;
// nor does the core of such an n8n read a node's output schemas
const inEngine = canPark(engine ?? '2.41.1') ? [] : ['engine/durable\\.', 'engine/schemas\\.'];

module.exports = {
	// waiting for a video, and for another try, takes seconds
	testTimeout: 60_000,
	// most tests in n8n's engine wait for a response or for the next status check
	maxWorkers: Math.ceil(availableParallelism() * 1.5),
	projects: [
		project('unit'),
		project('contract', process.env.VEO_API_KEY ? onRealService : {}),
		project('chaos'),
		project('fuzz'),
		project('engine', {
			resolver: '<rootDir>/test/harness/resolver.cjs',
			testPathIgnorePatterns: inEngine,
		}),
		project('package'),
		project('e2e', { testPathIgnorePatterns: inServer }),
	],
	// all of it as it is shipped, by the engine tests; its pure parts once more, by the unit tests
	collectCoverageFrom: ['dist/**/*.js', 'nodes/Veo/{api,jobs,retry}/**/*.ts', '!**/{clock,http}.*'],
};
