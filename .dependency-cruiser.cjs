/**
 * The house (see docs/design.md) as rules: imports run one way, actions -> jobs -> api, and what is
 * shipped depends on nothing but itself, n8n-workflow and node:crypto.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'api-stands-alone',
			comment: 'api/ knows HTTP and the Veo API: no jobs, no actions, and nothing of n8n.',
			severity: 'error',
			from: { path: '^nodes/Veo/api/' },
			to: { pathNot: ['^nodes/Veo/api/', '^(node:)?crypto$'] },
		},
		{
			name: 'jobs-stand-on-api',
			comment: 'jobs/ takes its clock, chance and API as arguments: no actions, nothing of n8n.',
			severity: 'error',
			from: { path: '^nodes/Veo/jobs/' },
			to: { pathNot: ['^nodes/Veo/(jobs|api)/', '^(node:)?crypto$'] },
		},
		{
			name: 'trigger-stands-beside-the-node',
			comment: 'The trigger shares what is common to all actions, and none of them needs it.',
			severity: 'error',
			from: { path: '^nodes/VeoTrigger/' },
			to: {
				dependencyTypes: ['local'],
				pathNot: ['^nodes/VeoTrigger/', '^nodes/Veo/(actions/common|jobs|api)/'],
			},
		},
		{
			name: 'node-stands-without-trigger',
			comment: 'The Veo node knows nothing of the trigger.',
			severity: 'error',
			from: { path: '^(nodes/Veo|credentials)/' },
			to: { path: '^nodes/VeoTrigger/' },
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
			comment: 'n8n refuses community nodes that import anything else, also as a type.',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: {
				dependencyTypesNot: ['local'],
				pathNot: ['(^|/)node_modules/n8n-workflow/', '^(node:)?crypto$'],
			},
		},
		{
			name: 'sandbox-is-a-witness',
			comment: 'The sandbox says what the contract is; it must not ask those whom it tests.',
			severity: 'error',
			from: { path: '^sandbox/' },
			to: { path: '^(nodes|credentials)/' },
		},
		{
			name: 'no-circles',
			comment: 'Two files that need each other are one, or lack a third.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no-orphans',
			comment: 'Nobody needs this file, and it needs nobody.',
			severity: 'error',
			from: { orphan: true, path: '^nodes/', pathNot: '\\.node\\.(ts|json)$' },
			to: {},
		},
		{
			name: 'no-dead-files',
			comment: 'No node needs this file, so it would be shipped for nothing.',
			severity: 'error',
			from: { path: '\\.node\\.ts$' },
			to: { path: '^nodes/.*\\.ts$', pathNot: '\\.node\\.ts$', reachable: false },
		},
		{
			name: 'only-what-is-there',
			comment: 'The import leads nowhere.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
	],
	options: {
		tsConfig: { fileName: 'tsconfig.dev.json' },
		// types count as well: n8n's scanner refuses them, and the house is about knowledge
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
	},
};
