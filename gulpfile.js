const { Transform } = require('node:stream');
const { dest, src } = require('gulp');

/** Copies the icons beside the compiled nodes, which name them as ../../icons/… */
function buildIcons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Indents the compiled code with tabs: tsc can't, and its spaces are a tenth of the package. */
function indentWithTabs() {
	const indent = new Transform({
		objectMode: true,
		transform(file, _, done) {
			const code = file.contents.toString();
			const tabs = code.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));
			file.contents = Buffer.from(tabs);
			done(null, file);
		},
	});
	return src('dist/**/*.js').pipe(indent).pipe(dest('dist'));
}

exports['build:icons'] = buildIcons;
exports['build:indent'] = indentWithTabs;
