/** Folders of nodes/Veo/ with n8n's API between what the user sees and jobs/. */
const LAYER = 'execution|parameters|output|transport|register';

/**
 * The architecture (docs/development.md) as rules: imports run one way, and what is shipped depends on
 * nothing but itself, n8n-workflow and node:crypto.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'api-is-independent',
			comment: 'api/ knows HTTP and the Veo API: no jobs, no retries, and nothing of n8n.',
			severity: 'error',
			from: { path: '^nodes/Veo/api/' },
			to: { pathNot: ['^nodes/Veo/api/', '^nodes/Veo/(result|quote)\\.ts$', '^(node:)?crypto$'] },
		},
		{
			name: 'retry-is-independent',
			comment: 'retry/ knows neither the Veo API nor n8n.',
			severity: 'error',
			from: { path: '^nodes/Veo/retry/' },
			to: { pathNot: ['^nodes/Veo/retry/', '^nodes/Veo/result\\.ts$'] },
		},
		{
			name: 'jobs-use-api-and-retry',
			comment: 'jobs/ gets its clock, randomness and API as arguments: nothing of n8n.',
			severity: 'error',
			from: { path: '^nodes/Veo/jobs/' },
			to: {
				pathNot: [
					'^nodes/Veo/(jobs|retry|api)/',
					'^nodes/Veo/(result|quote)\\.ts$',
					'^(node:)?crypto$',
				],
			},
		},
		{
			name: 'layer-is-below-actions-and-webhook',
			comment: 'Both nodes use these folders, which know neither node.',
			severity: 'error',
			from: { path: `^nodes/Veo/(${LAYER})/` },
			to: { path: ['^nodes/Veo/(actions|webhook)/', '\\.node\\.ts$'] },
		},
		{
			name: 'execution-combines-the-others',
			comment: 'parameters/, output/ and transport/ are usable without an execution.',
			severity: 'error',
			from: { path: '^nodes/Veo/(parameters|output|transport)/' },
			to: { path: '^nodes/Veo/execution/' },
		},
		{
			name: 'register-is-above-execution',
			comment: 'The video register needs an execution; an execution works without the register.',
			severity: 'error',
			from: { path: '^nodes/Veo/(execution|parameters|output|transport)/' },
			to: { path: '^nodes/Veo/register/' },
		},
		{
			name: 'register-logic-is-independent',
			comment: 'All of register/ but its data table and its session runs without n8n.',
			severity: 'error',
			from: {
				path: '^nodes/Veo/register/',
				pathNot: '/(dataTable|tableWorkflow|session|settings)\\.ts$',
			},
			to: {
				path: ['^nodes/Veo/(execution|parameters|output|transport)/', 'n8n-workflow'],
			},
		},
		{
			name: 'output-and-transport-stand-alone',
			comment: 'output/ formats, transport/ sends; neither needs the other, nor parameters.',
			severity: 'error',
			from: { path: '^nodes/Veo/(output|transport)/' },
			to: { path: '^nodes/Veo/(parameters|output|transport)/', pathNot: '^nodes/Veo/$1/' },
		},
		{
			name: 'actions-and-webhook-are-separate',
			comment: 'The node and the trigger share the folders below, not each other.',
			severity: 'error',
			from: { path: '^nodes/Veo/(actions|webhook)/' },
			to: { path: '^nodes/Veo/(actions|webhook)/', pathNot: '^nodes/Veo/$1/' },
		},
		{
			name: 'nodes-import-only-nodes',
			comment: 'What is shipped knows nothing of how it is tested, shown or built.',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: {
				dependencyTypes: ['local'],
				pathNot: '^(nodes|credentials)/',
			},
		},
		{
			name: 'only-n8n-workflow-and-crypto',
			comment: 'n8n rejects community nodes that import anything else, even as a type.',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: {
				dependencyTypesNot: ['local'],
				pathNot: ['(^|/)node_modules/n8n-workflow/', '^(node:)?crypto$'],
			},
		},
		{
			name: 'sandbox-is-independent',
			comment: 'The sandbox implements the API contract on its own, to test the node against it.',
			severity: 'error',
			from: { path: '^sandbox/' },
			to: { path: '^(nodes|credentials)/' },
		},
		{
			name: 'no-circular',
			comment: 'Two files that import each other are one file, or need a third.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no-orphans',
			comment: 'This file is neither imported nor imports anything.',
			severity: 'error',
			from: { orphan: true, path: '^nodes/', pathNot: '\\.node\\.(ts|json)$' },
			to: {},
		},
		{
			name: 'no-dead-files',
			comment: 'No node imports this file, so it would be shipped unused.',
			severity: 'error',
			from: { path: '\\.node\\.ts$' },
			to: { path: '^nodes/.*\\.ts$', pathNot: '\\.node\\.ts$', reachable: false },
		},
		{
			name: 'only-existing-files',
			comment: 'The import cannot be resolved.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
	],
	options: {
		tsConfig: { fileName: 'tsconfig.dev.json' },
		// types count as well: n8n's scanner rejects them, and the rules are about knowledge
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
	},
};
