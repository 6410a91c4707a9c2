const { dest, src } = require('gulp');

/** Copies the icons beside the compiled nodes, which name them as ../../icons/… */
function buildIcons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

exports['build:icons'] = buildIcons;
