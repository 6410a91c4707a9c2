const { dest, parallel, src } = require('gulp');
const { rollup } = require('rollup');
const { credentials, nodes } = require('./package.json').n8n;

/** Where `npm run build` puts the compiled modules. */
const COMPILED = '.cache/compiled';

/** Indents with tabs: tsc can't, and its spaces are a tenth of the package. */
const indentWithTabs = {
	name: 'indent-with-tabs',
	renderChunk: (code) => code.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4)),
};

/**
 * Joins the compiled modules into one file for each node and credential, and one for the code that
 * they share: a fifth smaller than one file for each module, and still readable.
 */
async function buildCode() {
	const names = [...credentials, ...nodes].map((file) => file.replace(/^dist\/|\.js$/g, ''));
	const input = Object.fromEntries(names.map((name) => [name, `${COMPILED}/${name}.js`]));
	const bundle = await rollup({ input, external: ['n8n-workflow', 'node:crypto'] });
	await bundle.write({
		dir: 'dist',
		format: 'cjs',
		exports: 'named',
		generatedCode: { preset: 'es2015', symbols: false },
		indent: false,
		minifyInternalExports: false,
		chunkFileNames: 'nodes/Veo/shared.js',
		plugins: [indentWithTabs],
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
