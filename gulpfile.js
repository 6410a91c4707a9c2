const { transform } = require('esbuild');
const { dest, parallel, src } = require('gulp');
const { format } = require('prettier');
const { rollup } = require('rollup');
const { credentials, nodes } = require('./package.json').n8n;

/** Where `npm run build` puts the compiled modules. */
const COMPILED = '.cache/compiled';

/** How the code is printed: compactly, but readably, with all names. */
const FORMAT = {
	...{ parser: 'babel', useTabs: true, printWidth: 1000, objectWrap: 'collapse' },
	...{ bracketSpacing: false, arrowParens: 'avoid', trailingComma: 'none' },
};
/** Shortens the syntax, and prints the result compactly. */
const compact = {
	name: 'compact',
	async renderChunk(source) {
		const { code } = await transform(source, { minifySyntax: true, target: 'node20' });
		return await format(code, FORMAT);
	},
};

/** Joins the compiled modules of both nodes into Veo.node.js. VeoTrigger.node.js exports from it. */
async function buildCode() {
	const names = [...credentials, ...nodes].map((file) => file.replace(/^dist\/|\.js$/g, ''));
	const input = Object.fromEntries(names.map((name) => [name, `${COMPILED}/${name}.js`]));
	const bundle = await rollup({ input, external: ['n8n-workflow', 'node:crypto'] });
	await bundle.write({
		dir: 'dist',
		format: 'cjs',
		exports: 'named',
		generatedCode: { preset: 'es2015', symbols: false },
		minifyInternalExports: false,
		manualChunks: (id) => (id.includes('/nodes/') ? 'nodes' : undefined),
		plugins: [compact],
	});
}

/** Copies the descriptions that n8n reads beside the nodes. */
function buildDescriptions() {
	return src('nodes/**/*.json').pipe(dest('dist/nodes'));
}

/** Copies the icons beside the compiled nodes, which name them as ../../icons/… */
function buildIcons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

exports.build = parallel(buildCode, buildDescriptions, buildIcons);
