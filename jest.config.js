const { availableParallelism } = require('node:os');

/** One project for each kind of test. `npm test` runs all but e2e, which needs the real n8n server. */
const project = (name, options = {}) => ({
	displayName: name,
	rootDir: __dirname,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: '<rootDir>/test/harness/environment.ts',
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json'],
	...options,
});

// the sandbox's own tests don't concern the real service
const onRealService = { testPathIgnorePatterns: ['/test/contract/sandbox'] };

/** Durable waits need n8n 2.41. On earlier versions, durableRefused tests the error message. */
const supportsDurableWaits = (version) => isSince(version, 41);
/** The video register needs n8n 2.3. On earlier versions, registerRefused tests the error message. */
const supportsRegister = (version) => isSince(version, 3);
const isSince = (version, minMinor) => {
	const [major, minor] = version.split('.').map(Number);
	return major > 2 || (major === 2 && minor >= minMinor);
};
const server = process.env.VEO_N8N_VERSION ?? '2.41.1';
const inServer = [
	...(supportsDurableWaits(server)
		? ['e2e/durableRefused']
		: ['e2e/durable(?!Refused)', 'e2e/agentDurable', 'e2e/observability']),
	supportsRegister(server) ? 'e2e/registerRefused' : 'e2e/register(Runs|Full)?\\.',
];
const { VEO_ENGINE_N8N } = process.env;
const engine = VEO_ENGINE_N8N && require(`${VEO_ENGINE_N8N}/node_modules/n8n/package.json`).version;
// earlier engines don't read a node's output schemas either, nor do they let nodes set custom data
const inEngine = supportsDurableWaits(engine ?? '2.41.1')
	? []
	: ['engine/durable', 'engine/schemas\\.', 'engine/customData\\.'];

module.exports = {
	// waiting for a video or a retry takes seconds
	testTimeout: 60_000,
	// most tests in n8n's engine wait for a response or for the next status check
	maxWorkers: Math.ceil(availableParallelism() * 2.5),
	testSequencer: '<rootDir>/test/harness/sequencer.mjs',
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
		project('e2e', {
			testEnvironment: '<rootDir>/test/harness/serverEnvironment.ts',
			testPathIgnorePatterns: inServer,
		}),
	],
	// the engine tests run the compiled code, the unit tests the sources of the folders without n8n
	collectCoverageFrom: ['dist/**/*.js', 'nodes/Veo/{api,jobs,retry}/**/*.ts', '!**/{clock,http}.*'],
};
